"""Builds the gate from the settings."""

from collections.abc import Callable

from slack_sdk.web.async_client import AsyncWebClient

from bot.access import approval_facts, wording
from bot.access.approvers import Approvers, Approving
from bot.access.denials import Denials
from bot.access.gate import Gate
from bot.access.people import People, Workspace
from bot.access.policy import AccessRules
from bot.access.profiles import Profiles
from bot.access.standing import Standing
from bot.config import Settings
from bot.slack.inbound.background import Background
from bot.slack.inbound.identity import Identity


def scopes_needed(settings: Settings) -> frozenset[str]:
    """The optional scopes without which these settings would deny everybody."""
    guests = {"users:read"} if settings.allow_guests is False else set()
    asked = settings.approval != "never"
    groups = settings.allowed_groups or (settings.approver_groups if asked else ())
    channel = approval_facts.SCOPES if asked else frozenset()
    return frozenset(guests | ({"usergroups:read"} if groups else set()) | channel)


def approving_of(settings: Settings) -> Approving:
    """Which requests need an approval, and whose."""
    return Approving(
        mode=settings.approval,
        channel=settings.approval_channel or "",
        ttl=settings.approval_ttl_seconds,
        users=settings.approvers,
        groups=settings.approver_groups,
    )


def access_rules(settings: Settings) -> AccessRules:
    """Who may make requests."""
    return AccessRules(
        contact=settings.support_contact or wording.DENIED_CONTACT,
        users=settings.allowed_users,
        groups=settings.allowed_groups,
        channels=settings.allowed_channels,
        guests=settings.allow_guests,
        external=settings.allow_external,
    )


def workspace_of(identity: Identity) -> Callable[[], Workspace]:
    """Where the app is installed, as far as Slack has told it by then."""
    return lambda: Workspace(team=identity.team_id, enterprise=identity.enterprise_id)


def build_approvers(settings: Settings, *, client: AsyncWebClient, identity: Identity, profiles: Profiles) -> Approvers:
    """The approvers of this installation."""
    return Approvers(
        client,
        approving=approving_of(settings),
        standing=Standing(rules=access_rules(settings), profiles=profiles, workspace=workspace_of(identity)),
    )


def build_gate(
    settings: Settings,
    *,
    client: AsyncWebClient,
    identity: Identity,
    denials: Denials,
    background: Background,
    approvers: Approvers,
    profiles: Profiles | None = None,
) -> Gate:
    """The gate of this installation."""
    rules, workspace = access_rules(settings), workspace_of(identity)
    return Gate(
        rules=rules,
        people=People(client, rules=rules, workspace=workspace, profiles=profiles),
        workspace=workspace,
        denials=denials,
        background=background,
        approving=approving_of(settings),
        approvers=approvers,
    )
