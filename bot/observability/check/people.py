"""Every person whom a setting names: whether Slack knows them, and whether they may do what the setting is about."""

from collections.abc import AsyncIterator, Iterable, Iterator

from bot.access.people import Sender
from bot.access.policy import AccessRules, Barred
from bot.access.profiles import profile_in
from bot.access.standing import barred
from bot.domain.findings import Finding, fix, note, ok, untried
from bot.observability.check.context import CheckContext
from bot.observability.check.ids_in_settings import ids_in_settings
from bot.observability.check.slack import refused
from bot.slack.codes import MAY_NOT_ASK, code_of

# Slack allows some hundred of these calls a minute, so the most important come first.
_SETTINGS = ("APPROVERS", "ALLOWED_USERS", "OPERATORS")
_ASKED_MAX = 50
_UNKNOWN = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_PROBLEMS = {Barred.GUEST: "people_guests", Barred.EXTERNAL: "people_foreign"}


async def people(context: CheckContext) -> AsyncIterator[Finding]:
    """One finding for all people of a setting with the same problem, and one for all without."""
    named = [pair for setting in _used(context) for pair in ids_in_settings(context.settings, setting)]
    persons = _each_once(person for _setting, person in named)
    for person in persons[:_ASKED_MAX]:
        try:
            answer = await context.slack.users_info(user=person)
        except Exception as error:  # noqa: BLE001  the report says it, whatever it is
            code = code_of(error)
            if code not in _UNKNOWN | MAY_NOT_ASK:
                yield refused(context, error)
                return
            if code in MAY_NOT_ASK:
                break
            context.people[person] = None
        else:
            shown = answer.get("user")
            if not isinstance(shown, dict):
                break
            context.people[person] = profile_in(shown)
    for finding in _findings(context, named):
        yield finding
    if unseen := [person for person in persons if person not in context.people]:
        yield untried("people_untried", people=", ".join(unseen))


def able_to_approve(context: CheckContext) -> set[str]:
    """Everybody among the approvers against whom nothing is known. Call it after the check of groups."""
    named = context.settings.approvers
    able = {each for each in named if each not in context.people or _problem(context, "APPROVERS", each) is None}
    return able.union(*(context.members.get(group, frozenset()) for group in context.settings.approver_groups))


def _used(context: CheckContext) -> list[str]:
    return [each for each in _SETTINGS if each != "APPROVERS" or context.settings.approval != "never"]


def _findings(context: CheckContext, named: list[tuple[str, str]]) -> Iterator[Finding]:
    found: dict[tuple[str, str], list[str]] = {}
    for setting, person in named:
        if person in context.people:
            problem = _problem(context, setting, person)
            found.setdefault((problem, setting) if problem else ("", ""), []).append(person)
    if well := found.pop(("", ""), None):
        yield ok("people", people=", ".join(_each_once(well)))
    for (problem, setting), persons in found.items():
        lasting = problem in {"people_unknown", "people_bots"} or (
            setting == "APPROVERS" and not able_to_approve(context)
        )
        yield (fix if lasting else note)(problem, setting=setting, people=", ".join(persons))


def _problem(context: CheckContext, setting: str, person: str) -> str | None:
    profile, settings = context.people[person], context.settings
    if profile is None:
        return "people_unknown"
    if profile.bot or profile.gone:
        return "people_bots" if profile.bot else "people_gone"
    if setting == "OPERATORS" or context.workspace.team is None:  # operators only read
        return None
    rules = AccessRules(contact="", guests=settings.allow_guests, external=settings.allow_external)
    found = barred(Sender(user=person), profile, context.workspace, rules)
    return _PROBLEMS.get(found) if found else None


def _each_once(persons: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(persons))
