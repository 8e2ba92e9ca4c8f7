"""Who sent a payload, from which workspace, and whether it is meant for ours. Pure.

Which of Slack's fields names which workspace where people of two companies meet is UNVERIFIED: `user.team_id` is the person's,
`app_installed_team_id` ours, and `team` and `view.team_id` may be either (slack_bolt reads them so: request/internals.py). So
each of them has to be one of the two.
"""

from bot.access.people import Sender, Workspace
from bot.slack.inbound.payloads import Command, ViewSubmission
from bot.slack.inbound.presses import MessageShortcut, Press, Shortcut

Asking = Command | ViewSubmission | Press | Shortcut | MessageShortcut


def sender_of(asking: Asking) -> Sender:
    """As the payload says it. A command tells where it was typed, and nothing of whose company the person is."""
    if isinstance(asking, Command):
        return Sender(user=asking.user_id)
    team = asking.team.id if asking.team else None
    installed = asking.view.app_installed_team_id if isinstance(asking, ViewSubmission) else None
    return Sender(user=asking.user.id, team=asking.user.team_id or team, installed=installed or team)


def is_for(ours: Workspace, asking: Asking) -> bool:
    """Whether nothing in it names a workspace that is neither ours nor the person's. While ours is not known, anything is."""
    if isinstance(asking, Command) or ours.team is None:
        return True
    if asking.enterprise is not None and asking.enterprise.id == ours.enterprise:
        return True
    at_home = {None, ours.team, ours.enterprise}
    told = {asking.team.id if asking.team else None}
    if isinstance(asking, ViewSubmission):
        if asking.view.app_installed_team_id not in at_home:
            return False
        told.add(asking.view.team_id)
    return told <= at_home | {asking.user.team_id}
