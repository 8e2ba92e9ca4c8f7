"""Builds the gate from the settings."""

from slack_sdk.web.async_client import AsyncWebClient

from bot import wording
from bot.access.denials import Denials
from bot.access.gate import Gate
from bot.access.people import People, Workspace
from bot.access.policy import AccessRules
from bot.config import Settings
from bot.ledger.ledger import Ledger
from bot.slack.inbound.background import Background
from bot.slack.inbound.identity import Identity


def scopes_needed(settings: Settings) -> frozenset[str]:
    """The optional scopes without which these settings would deny everybody."""
    guests = {"users:read"} if settings.allow_guests is False else set()
    return frozenset(guests | ({"usergroups:read"} if settings.allowed_groups else set()))


def build_gate(
    settings: Settings, *, client: AsyncWebClient, identity: Identity, ledger: Ledger, background: Background
) -> Gate:
    """The gate of this installation."""
    rules = AccessRules(
        contact=settings.support_contact or wording.DENIED_CONTACT,
        users=settings.allowed_users,
        groups=settings.allowed_groups,
        channels=settings.allowed_channels,
        guests=settings.allow_guests,
        external=settings.allow_external,
    )

    def workspace() -> Workspace:
        return Workspace(team=identity.team_id, enterprise=identity.enterprise_id)

    return Gate(
        rules=rules,
        people=People(client, rules=rules, workspace=workspace),
        workspace=workspace,
        denials=Denials(ledger=ledger, background=background),
        background=background,
    )
