"""Whether there is somebody who can approve requests, and for each request somebody other than the requester.

Runs after the checks of people and groups, which report what is wrong with a single one of them.
"""

from collections.abc import Iterator

from bot.domain.findings import Finding, fix, note
from bot.observability.check.context import CheckContext
from bot.observability.check.people import able_to_approve


def approvers(context: CheckContext) -> Iterator[Finding]:
    """No findings while no request needs an approval, or if it is not known who the members of a group are."""
    settings, able = context.settings, able_to_approve(context)
    groups = settings.approver_groups
    if settings.approval == "never" or not all(group in context.members for group in groups):
        return
    if len(able) == 1:
        yield note("approvers_single", person=next(iter(able)))
    if empty := [group for group in groups if not context.members[group]]:
        nobody = not able and not settings.approvers  # those who are named there have a finding of their own
        yield (fix if nobody else note)("group_empty", setting="APPROVER_GROUPS", groups=", ".join(empty))
