"""Every user group that a setting names: whether Slack knows it."""

from collections.abc import AsyncIterator

from bot.domain.findings import Finding, fix, note, ok
from bot.observability.check.context import CheckContext
from bot.observability.check.ids_in_settings import ids_in_settings
from bot.observability.check.slack import refused
from bot.slack.codes import RIGHT_MISSING, code_of

_UNKNOWN = frozenset({"no_such_subteam", "subteam_not_found", "invalid_subteam_id"})


async def groups(context: CheckContext) -> AsyncIterator[Finding]:
    """One finding for each group with a problem, and one for all the others together."""
    known: list[str] = []
    for setting, group in ids_in_settings(context.settings, "_GROUPS"):
        try:
            answer = await context.slack.usergroups_users_list(usergroup=group)
        except Exception as error:  # noqa: BLE001  the report says it, whatever it is
            code = code_of(error)
            if code in RIGHT_MISSING:
                return  # the check of the scopes reports it
            yield fix("group_not_found", setting=setting, group=group) if code in _UNKNOWN else refused(context, error)
        else:
            known.append(group)
            users = answer.get("users")
            if isinstance(users, list):
                context.members[group] = frozenset(each for each in users if isinstance(each, str))
    if known:
        yield ok("groups", groups=", ".join(dict.fromkeys(known)))
    empty = [each for each in context.settings.allowed_groups if context.members.get(each) == frozenset()]
    if empty:
        yield note("group_empty", setting="ALLOWED_GROUPS", groups=", ".join(empty))
