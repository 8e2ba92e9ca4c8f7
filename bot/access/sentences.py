"""The sentence for a denial: by which rule, with which value, and whom to ask. Pure."""

from datetime import UTC, datetime

from bot.access import wording
from bot.access.policy import AccessRule, Denied, Obstacle
from bot.slack.blocks import escape

_SHOWN_MAX = 5
_SENTENCES = {
    AccessRule.WORKSPACE: wording.DENIED_WORKSPACE,
    AccessRule.EXTERNAL: wording.DENIED_EXTERNAL,
    AccessRule.GUEST: wording.DENIED_GUEST,
    AccessRule.PERSON: wording.DENIED_PERSON,
    AccessRule.CHANNEL: wording.DENIED_CHANNEL,
    AccessRule.HOUR: wording.DENIED_HOUR,
}
_OBSTACLES = {
    Obstacle.NO_APPROVER: wording.OBSTACLE_NO_APPROVER,
    Obstacle.APPROVERS_UNKNOWN: wording.OBSTACLE_APPROVERS_UNKNOWN,
    Obstacle.CHANNEL_MISSING: wording.OBSTACLE_CHANNEL_MISSING,
    Obstacle.CHANNEL_ARCHIVED: wording.OBSTACLE_CHANNEL_ARCHIVED,
    Obstacle.CHANNEL_CLOSED: wording.OBSTACLE_CHANNEL_CLOSED,
    Obstacle.CHANNEL_UNKNOWN: wording.OBSTACLE_CHANNEL_UNKNOWN,
}
_UNKNOWN = {AccessRule.GUEST: wording.UNSURE_GUEST, AccessRule.PERSON: wording.UNSURE_PERSON}
_SETTING = {
    AccessRule.EXTERNAL: "ALLOW_EXTERNAL",
    AccessRule.GUEST: "ALLOW_GUESTS",
    AccessRule.HOUR: "MAX_PER_PERSON_HOUR",
}
# By the first letter of an id.
_SETTING_OF_ID = {
    **dict.fromkeys("UW", "ALLOWED_USERS"),
    "S": "ALLOWED_GROUPS",
    **dict.fromkeys("CG", "ALLOWED_CHANNELS"),
}


def in_plain_text(denied: Denied) -> str:
    """For an error inside a form. Ids are left out, because they cannot be shown as names there."""
    values = [each for each in denied.value if each[0] not in _SETTING_OF_ID]
    return _sentence(denied, contact=denied.contact, values=values)


def about_obstacle(obstacle: Obstacle, *, contact: str) -> str:
    """For an error inside a form: why nobody could approve a request."""
    return _OBSTACLES[obstacle].format(contact=contact)


def in_mrkdwn(denied: Denied) -> str:
    """For a message to one person: people, groups and channels are shown by name, without notifying anybody."""
    return _sentence(denied, contact=escape(denied.contact), values=[_mention(each) for each in denied.value])


def _sentence(denied: Denied, *, contact: str, values: list[str]) -> str:
    words = (_UNKNOWN if denied.unknown else _SENTENCES)[denied.rule]
    until = datetime.fromtimestamp(denied.limit_ends or 0, UTC).strftime(wording.TIME_OF_DAY)
    return words.format(contact=contact, until=until, setting=_setting(denied, values))


def _setting(denied: Denied, values: list[str]) -> str:
    of_ids = dict.fromkeys(_SETTING_OF_ID[each[0]] for each in denied.value if each[0] in _SETTING_OF_ID)
    names = _SETTING.get(denied.rule) or ", ".join(of_ids)
    return wording.DENIED_SETTING.format(names=names, values=_listed(values)) if values else names


def _listed(values: list[str]) -> str:
    more = len(values) - _SHOWN_MAX
    return ", ".join(values[:_SHOWN_MAX]) + (wording.DENIED_MORE.format(count=more) if more > 0 else "")


def _mention(each: str) -> str:
    match each[0]:
        case "U" | "W":
            return f"<@{each}>"
        case "S":
            return f"<!subteam^{each}>"
        case "C" | "G":
            return f"<#{each}>"
    return each
