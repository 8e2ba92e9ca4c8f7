"""Who sent a payload, from which workspace, and whether it is meant for ours. Pure.

Which of Slack's fields names which workspace where people of two companies meet is UNVERIFIED: `user.team_id` is the person's,
`app_installed_team_id` ours, and `team` and `view.team_id` may be either (slack_bolt reads them so: request/internals.py). So
each of them has to be one of the two.
"""

from bot.access.people import Sender, Workspace
from bot.slack.inbound.payloads import Command, ViewSubmission
from bot.slack.inbound.presses import MessageShortcut, Press, Shortcut

Interaction = Command | ViewSubmission | Press | Shortcut | MessageShortcut


def sender_of(interaction: Interaction) -> Sender:
    """The sender according to the payload. A command tells where it was typed, but not the person's company."""
    if isinstance(interaction, Command):
        return Sender(user=interaction.user_id)
    team = interaction.team.id if interaction.team else None
    installed = interaction.view.app_installed_team_id if isinstance(interaction, ViewSubmission) else None
    return Sender(user=interaction.user.id, team=interaction.user.team_id or team, installed=installed or team)


def is_for(ours: Workspace, interaction: Interaction) -> bool:
    """Whether it names no workspace other than ours and the person's. Always true while ours is unknown."""
    if isinstance(interaction, Command) or ours.team is None:
        return True
    if interaction.enterprise is not None and interaction.enterprise.id == ours.enterprise:
        return True
    at_home = {None, ours.team, ours.enterprise}
    told = {interaction.team.id if interaction.team else None}
    if isinstance(interaction, ViewSubmission):
        if interaction.view.app_installed_team_id not in at_home:
            return False
        told.add(interaction.view.team_id)
    return told <= at_home | {interaction.user.team_id}
