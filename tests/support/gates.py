"""A gate for listeners that stand alone."""

import sqlalchemy as sa
from slack_sdk.web.async_client import AsyncWebClient

from bot.access.approvers import Approvers, Approving
from bot.access.denials import Denials
from bot.access.gate import Gate
from bot.access.people import People, Workspace
from bot.access.policy import AccessRules
from bot.ledger.ledger import Ledger
from bot.slack.inbound.background import Background


def open_gate() -> Gate:
    """Lets everybody through, and asks nobody about them."""
    rules, background = AccessRules(contact="#platform-help", guests=True, external=True), Background()
    return Gate(
        rules=rules,
        people=People(AsyncWebClient(), rules=rules, workspace=Workspace),
        workspace=Workspace,
        denials=Denials(ledger=Ledger(sa.create_engine("sqlite://")), background=background),
        background=background,
        approving=Approving(ttl=60),
        approvers=Approvers(AsyncWebClient(), approving=Approving(ttl=60)),
    )
