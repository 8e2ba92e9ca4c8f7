"""A no in words: by which rule, with which value, and whom to ask. Pure."""

from datetime import UTC, datetime

from bot import wording
from bot.access.policy import Denied, Rule
from bot.slack.blocks import escape

_SHOWN_MAX = 5
_SENTENCES = {
    Rule.WORKSPACE: wording.DENIED_WORKSPACE,
    Rule.EXTERNAL: wording.DENIED_EXTERNAL,
    Rule.GUEST: wording.DENIED_GUEST,
    Rule.PERSON: wording.DENIED_PERSON,
    Rule.CHANNEL: wording.DENIED_CHANNEL,
    Rule.HOUR: wording.DENIED_HOUR,
}
_UNKNOWN = {Rule.GUEST: wording.UNSURE_GUEST, Rule.PERSON: wording.UNSURE_PERSON}
# By the first letter of an id.
_SETTING = {
    **dict.fromkeys("UW", "ALLOWED_USERS"),
    "S": "ALLOWED_GROUPS",
    **dict.fromkeys("CG", "ALLOWED_CHANNELS"),
}


def in_plain_text(denied: Denied) -> str:
    """For an error inside a form, where an id cannot be shown as a name."""
    return _sentence(denied, contact=denied.contact, values=list(denied.value))


def in_mrkdwn(denied: Denied) -> str:
    """For a message to one person: people, groups and channels by their names. Nobody is notified by it."""
    return _sentence(denied, contact=escape(denied.contact), values=[_mention(each) for each in denied.value])


def _sentence(denied: Denied, *, contact: str, values: list[str]) -> str:
    words = (_UNKNOWN if denied.unknown else _SENTENCES)[denied.rule]
    until = datetime.fromtimestamp(denied.limit_ends or 0, UTC).strftime(wording.TIME_OF_DAY)
    return words.format(contact=contact, value=_listed(values), until=until, settings=_settings(denied.value))


def _listed(values: list[str]) -> str:
    more = len(values) - _SHOWN_MAX
    return ", ".join(values[:_SHOWN_MAX]) + (wording.DENIED_MORE.format(count=more) if more > 0 else "")


def _settings(ids: tuple[str, ...]) -> str:
    return ", ".join(dict.fromkeys(_SETTING[each[0]] for each in ids if each[0] in _SETTING))


def _mention(each: str) -> str:
    match each[0]:
        case "U" | "W":
            return f"<@{each}>"
        case "S":
            return f"<!subteam^{each}>"
        case "C" | "G":
            return f"<#{each}>"
    return each
