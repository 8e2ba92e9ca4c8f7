"""What the ledger says of requests that went through the front door: how each ended, and how it came to that."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Settings
from bot.ledger.models import Event, EventCode, Receipt, State
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.scenarios.test_certainty import CALM, proven, reads
from tests.support.database import rows
from tests.support.people import ask_for, outcome_of
from tests.support.running import QUICK, all_finished, running_bot
from tests.support.waiting import until

Build = Callable[..., Settings]
# However slow the machine is, the first message has the address.
PATIENT = replace(QUICK, progress_after=60)
DIRECT = "D" + company.ANA[1:]
ASKED, LOOKED_UP, SENT, ANSWERED = EventCode.ASKED, EventCode.LOOKED_UP, EventCode.SENT, EventCode.ANSWERED
CONCLUDED, TOLD, CHANGED = EventCode.CONCLUDED, EventCode.TOLD, EventCode.CHANGED


async def kept(settings: Settings, slack: LocalSlack, name: str = "shop", **asked: str) -> tuple[Receipt, list[Event]]:
    """Ask for a registry, and return what the ledger says once everything is over."""
    async with running_bot(settings, slack, policy=CALM, delivery=PATIENT) as bot:
        await ask_for(slack, name, **asked)
        await all_finished()
        (receipt,) = await bot.engine.ledger.find(name)
        return receipt, await bot.engine.ledger.events(receipt.id)


def codes(events: list[Event]) -> list[str]:
    return [event.code for event in events]


async def test_a_success_has_everything_that_is_known_about_it(
    settings: Build, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    receipt, events = await kept(settings(), slack, description="Images of the web shop")
    (registry,) = cloud.registries
    message = await outcome_of(slack, "shop")
    assert (receipt.state, receipt.trace_id, receipt.address) == (State.CREATED, registry.trace_id, registry.url)
    assert (receipt.registry_id, receipt.creator) == (registry.id, registry.created_by)
    assert (receipt.requester, receipt.description) == (company.ANA, "Images of the web shop")
    assert (receipt.region, receipt.project) == ("ap-southeast-3", cloud.project_id)
    assert (receipt.message_channel, receipt.message_ts) == (message.channel, message.ts)
    link = f"https://{company.TEAM_DOMAIN}.slack.example/archives/{message.channel}/p{message.ts.replace('.', '')}"
    assert receipt.permalink == link
    assert receipt.reference in str(message.blocks)
    assert codes(events) == [ASKED, LOOKED_UP, SENT, ANSWERED, CONCLUDED, TOLD]


async def test_a_refusal_says_why_in_code_and_the_vendors_words(
    settings: Build, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"}))
    receipt, events = await kept(settings(), slack)
    assert (receipt.state, receipt.code, receipt.message, receipt.http_status) == (
        State.REFUSED, "CR.4102", "no right", 403,
    )  # fmt: skip
    assert codes(events) == [ASKED, LOOKED_UP, SENT, ANSWERED, CONCLUDED, TOLD]


async def test_a_doubt_that_is_cleared_up_later_changes_the_receipt_and_says_so(
    settings: Build, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    policy = replace(CALM, look_up_for=0.2, recheck_at=(1.5, 3.0))

    async def in_doubt() -> bool:
        (receipt,) = await bot.engine.ledger.find("shop")
        return receipt.state == State.IN_DOUBT

    async with running_bot(settings(), slack, policy=policy) as bot:
        await proven(slack, cloud)
        await all_finished()
        cloud.faults.add("create", Fault.drop(apply=True))
        cloud.faults.add("list", Fault.slow(0))
        cloud.faults.add("list", Fault.answer(503), times=None)
        await ask_for(slack, "shop")
        await reads(slack, "shop", "unconfirmed")
        await until(in_doubt)  # written with the step that follows
        cloud.faults.clear("list")
        await reads(slack, "shop", "success")
        await all_finished()
        (receipt,) = await bot.engine.ledger.find("shop")
        events = await bot.engine.ledger.events(receipt.id)
    assert receipt.state == State.CREATED
    assert [event.details["state"] for event in events if event.code == CONCLUDED] == [State.IN_DOUBT, State.CREATED]
    assert codes(events)[:4] == [ASKED, LOOKED_UP, SENT, ANSWERED]
    assert [codes(events).count(code) for code in (TOLD, CHANGED)] == [1, 1]


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        pytest.param(company.SECRET_PROJECT, company.SECRET_PROJECT, id="by the form's own address"),
        pytest.param(company.OLD_LAUNCH, DIRECT, id="by direct message"),
    ],
)
async def test_where_it_was_told_and_that_not_everybody_may_know(
    settings: Build, slack: LocalSlack, channel: str, told: str
) -> None:
    receipt, _ = await kept(settings(), slack, channel=channel)
    assert (receipt.channel, receipt.public, receipt.message_channel) == (channel, False, told)


async def test_no_address_at_which_anybody_could_post_is_kept(
    settings: Build, slack: LocalSlack, tmp_path: Path
) -> None:
    await kept(settings(), slack, channel=company.SECRET_PROJECT)
    written = str(rows(tmp_path / "bot.sqlite3", "SELECT * FROM registry_bot_requests, registry_bot_events"))
    assert "shop" in written
    assert "hooks" not in written
    assert "response" not in written.replace('"route":"response_url"', "")


async def test_receipts_outlive_the_records_of_the_engine(settings: Build, slack: LocalSlack, tmp_path: Path) -> None:
    await kept(settings(), slack)
    file = tmp_path / "bot.sqlite3"
    rows(file, "DELETE FROM workflow_status")
    async with running_bot(settings(), slack) as bot:
        assert await bot.engine.upkeep.clear() == 0
        (receipt,) = await bot.engine.ledger.find("shop")
        assert codes(await bot.engine.ledger.events(receipt.id)) == [ASKED, LOOKED_UP, SENT, ANSWERED, CONCLUDED, TOLD]
    assert receipt.state == State.CREATED
