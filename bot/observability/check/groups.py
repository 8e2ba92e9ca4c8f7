"""Every user group that a setting names: whether Slack knows it."""

from collections.abc import AsyncIterator, Iterator

from bot.config import Settings
from bot.domain.findings import Finding, fix, ok
from bot.observability.check.slack import refused
from bot.observability.check.surroundings import Surroundings
from bot.slack.codes import RIGHT_MISSING, code_of

_UNKNOWN = frozenset({"no_such_subteam", "subteam_not_found", "invalid_subteam_id"})


def named(settings: Settings) -> Iterator[tuple[str, str]]:
    """(setting, id) of each group. Every setting whose name ends so holds ids of user groups."""
    for name, field in type(settings).model_fields.items():
        if str(field.validation_alias).endswith("_GROUPS"):
            yield from ((str(field.validation_alias), group) for group in getattr(settings, name))


async def groups(around: Surroundings) -> AsyncIterator[Finding]:
    """One finding for each group that is not well, and one for all the others together."""
    wells = []
    for setting, group in dict.fromkeys(named(around.settings)):
        try:
            await around.slack.usergroups_users_list(usergroup=group)
        except Exception as error:  # noqa: BLE001  the report says it, whatever it is
            code = code_of(error)
            if code in RIGHT_MISSING:
                return  # the scopes' affair
            yield fix("group_not_found", setting=setting, group=group) if code in _UNKNOWN else refused(around, error)
        else:
            wells.append(group)
    if wells:
        yield ok("groups", groups=", ".join(wells))
