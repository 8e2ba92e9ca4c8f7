"""Receipts as the ledger hands them out."""

from dataclasses import replace

from bot.ledger.models import Receipt, State
from bot.playground.slack import company

CREATED = Receipt(
    id="T1-V1",
    workflow="create_registry",
    reference="R-7K2F9",
    name="team-shop",
    description="Images of the web shop",
    requester=company.ANA,
    requester_name="ana",
    team="T1",
    door="command",
    channel=company.TEAM_SHOP,
    public=True,
    region="ap-southeast-3",
    project="p1",
    asked_at=1_764_192_000.0,
    state=State.CREATED,
    finished_at=1_764_192_001.0,
    code=None,
    message=None,
    http_status=None,
    trace_id="143002-1764192000000-82",
    registry_id="1",
    address="https://a.example/g/team-shop/",
    creator="registry-bot",
    told_at=1_764_192_001.0,
    message_channel=company.TEAM_SHOP,
    message_ts="1764192001.000100",
    permalink="https://playground.slack.example/archives/C0TEAMSHOP0/p1764192001000100",
    decided_by=None,
    decided_at=None,
    decided_why=None,
)
REFUSED = replace(
    CREATED, id="T1-V2", state=State.REFUSED, code="CR.4102", message="no right", http_status=403, address=None
)
UNDER_WAY = replace(
    CREATED,
    id="T1-V3",
    state=State.UNDER_WAY,
    trace_id=None,
    address=None,
    told_at=None,
    permalink=None,
    finished_at=None,
)
UNKNOWN = replace(UNDER_WAY, id="T1-V4", state=State.UNKNOWN)
LONGEST = replace(
    REFUSED,
    id="T" * 50 + "-" + "V" * 50,
    name="x" * 20,
    description="\N{ROCKET}" * 200,
    requester="U" + "0" * 30,
    code="C" * 60,
    message="m" * 500,
    address="https://a.example/" + "a" * 3000,
    permalink="https://playground.slack.example/" + "p" * 200,
)
