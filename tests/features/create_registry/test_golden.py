"""Every message and view of this feature, as Block Kit that can be pasted into Slack's Block Kit Builder.

`pytest --snapshot-update` writes the files anew; the person who changes a word or a layout then reads the difference.
"""

import dataclasses
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot.domain.naming_rule import NamingRule
from bot.domain.news import NewsChannel
from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created, Outcome
from bot.domain.request import Request
from bot.features.create_registry import form, messages, opened
from bot.features.create_registry.audience import Audience
from bot.features.create_registry.buttons import only_receipt, row
from bot.features.create_registry.home import Home, Shown
from bot.features.create_registry.kept import Kept
from bot.features.create_registry.models import RegistryRequest
from bot.ledger.models import Receipt
from bot.playground.slack.blocks import problems_of_blocks, problems_of_view
from bot.playground.slack.chat import LONGEST_EDIT
from bot.slack.push_guide import PushGuide
from tests.features.create_registry.samples import request_of

REGION, AT = "ap-southeast-3", 1_764_192_000.0
ADDRESS = "https://docker.ap-southeast-3.example/t/team-shop/"
USUAL = dataclasses.replace(request_of(description="Images of the web shop", public=True), accepted_at=AT)
LONGEST = dataclasses.replace(
    request_of(requester="U" + "0" * 30, public=True),
    accepted_at=AT,
    payload=RegistryRequest(name="x" * 20, description="\N{ROCKET}" * 98, note="n" * 100, marked=True),
)
NAMING = NamingRule(help="Begin with your team, as in “shop-web”.", matches=lambda name: "-" in name)
EVERYWHERE = Audience(
    notify=tuple(map(NewsChannel.parse, ("C0PLATFORM0", "C0SECURITY0:problems", "C0SHOPNEWS0:shop-*"))),
    shared_channels=True,
)


def told(request: Request, result: Outcome, *, rechecked: bool = False) -> dict[str, Any]:
    buttons = row(Kept(request=request, outcome=result, looked_before=True), can_look_up=True)
    return messages.outcome(request, result, region=REGION, rechecked=rechecked, buttons=buttons)


def checked(request: Request) -> dict[str, Any]:
    result = InDoubt(code=Reason.VIEW_UNPROVEN, trace_id="143-1-82")
    buttons = row(Kept(request=request, outcome=result, looked_before=True), can_look_up=True)
    return messages.checked(request, result, region=REGION, at=AT, buttons=buttons)


MESSAGES: dict[str, dict[str, Any]] = {
    "creating": messages.creating(USUAL, region=REGION),
    "creating_alone": messages.creating(USUAL, region=REGION, for_requester=True),
    "creating_for_long": messages.taking_long(USUAL, region=REGION),
    "creating_busy": messages.busy(USUAL, region=REGION, reason=Reason.THROTTLED, until=AT),
    "creating_checking": messages.checking(USUAL, region=REGION, until=AT),
    "created": told(USUAL, Created(trace_id="143-1-82", address=ADDRESS)),
    "created_without_address": told(USUAL, Created(trace_id="143-1-82")),
    "created_by_look_up": told(USUAL, Created(trace_id="143-1-82", confirmed_by_lookup=True, address=ADDRESS)),
    "created_unseen": messages.unseen(USUAL, Created(trace_id="143-1-82"), region=REGION),
    "created_twice": messages.doubled(USUAL, Created(trace_id="143-1-82", address=ADDRESS), region=REGION, count=2),
    "refused_taken": told(USUAL, Refused(code=Reason.ALREADY_EXISTS, trace_id="143-1-82")),
    "refused_busy": told(USUAL, Refused(code=Reason.THROTTLED)),
    "refused_by_the_vendor": told(USUAL, Refused(code="CR.4102", message="no right", trace_id="143-1-82", status=403)),
    "refused_whom_to_ask": messages.outcome(
        USUAL, Refused(code="CR.4102", message="no right", status=403), region=REGION, contact="#platform_help"
    ),
    "in_doubt_rechecked": told(USUAL, InDoubt(code=Reason.NO_ANSWER), rechecked=True),
    "in_doubt": told(USUAL, InDoubt(code=Reason.NO_ANSWER)),
    "in_doubt_checked": checked(USUAL),
    "refused_replaced": messages.replaced(
        USUAL, Refused(code=Reason.THROTTLED), by=USUAL, region=REGION, buttons=only_receipt("T0-V0", name="team-shop")
    ),
    "longest_created": told(LONGEST, Created(trace_id="t" * 128, address="https://" + "a" * 600)),
    "longest_refused": told(LONGEST, Refused(code="C" * 128, message="m" * 500, trace_id="t" * 128, status=503)),
    "notice": messages.notice(USUAL, Created(trace_id="143-1-82", address=ADDRESS)),
    "notice_unnamed": messages.notice(request_of(), Created(trace_id="143-1-82", address=ADDRESS)),
}
REPLIES: dict[str, dict[str, Any]] = {
    "reply_created": messages.reply(USUAL, Created(trace_id="1")),
    "reply_refused": messages.reply(USUAL, Refused(code="x")),
    "reply_in_doubt": messages.reply(USUAL, InDoubt(code="x")),
}
VIEWS: dict[str, dict[str, Any]] = {
    "form": form.build(form.Form(region=REGION), form.Filled(typed="team-shop")),
    "form_of_a_company": form.build(
        form.Form(region=REGION, audience=EVERYWHERE, naming=NAMING),
        form.Filled(typed="Team Shop!" * 20),
        opened.Opened(public_channel="C0HERE00000"),
        note="by ana, R-?????",
    ),
    "form_asked_for_again": form.build(
        form.Form(region=REGION),
        form.Filled(typed="shop", other_name="shop-2", description="d" * 200, channel="C0HERE00000"),
        opened.Opened(door="button"),
    ),
    "push_guide": PushGuide(contact="#platform-help").view(name="team-shop", address=ADDRESS),
    "push_guide_of_a_company": PushGuide(contact="#platform-help", operators="https://wiki.example/push").view(
        name="team-shop", address=ADDRESS
    ),
}


def receipt(**changes: Any) -> Receipt:
    """Of a request that was told."""
    empty = dict.fromkeys(field.name for field in dataclasses.fields(Receipt))
    usual = {
        **empty,
        "id": "T0-V0",
        "workflow": "create_registry",
        "reference": "R-7K2F9",
        "name": "team-shop",
        "requester": "U0ANALIND00",
        "requester_name": "ana",
        "team": "T0",
        "door": "command",
        "channel": "C0HERE00000",
        "public": True,
        "region": REGION,
        "asked_at": AT,
        "state": "created",
        "address": ADDRESS,
        "trace_id": "143-1-82",
        "permalink": "https://example.slack.com/archives/C0HERE00000/p1",
    }
    return Receipt(**{**usual, **changes})


def unfinished(state: str) -> Receipt:
    return receipt(name=state, state=state, address=None, trace_id=None, permalink=None)


HOME = Home(contact="#platform-help", command="/create-registry")
VIEWS |= {
    "home_empty": HOME.view([]),
    "home": HOME.view(
        [
            Shown(receipt=receipt(description="Images of the web shop")),
            Shown(receipt=receipt(name="taken", state="refused", code=Reason.ALREADY_EXISTS, address=None)),
            Shown(receipt=receipt(name="again", state="refused", code=Reason.THROTTLED, address=None), replaced=True),
            Shown(receipt=receipt(name="perhaps", state="in_doubt", code=Reason.NO_ANSWER, address=None), looked_up=AT),
            Shown(receipt=receipt(name="lost", state="unknown", address=None, trace_id=None, permalink=None)),
        ],
        unfinished=[Shown(receipt=unfinished("waiting")), Shown(receipt=unfinished("under_way"))],
    ),
    "home_longest": HOME.view(
        [Shown(receipt=receipt(name="x" * 20, description="\N{ROCKET}" * 200, address="a" * 1000))] * 11,
        unfinished=[Shown(receipt=unfinished("waiting"))] * 16,
    ),
    "home_nothing_finished": HOME.view([], unfinished=[Shown(receipt=unfinished("waiting"))]),
    "home_unreadable": HOME.unreadable(),
}


@pytest.fixture
def snapshot_json(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(JSONSnapshotExtension)


@pytest.mark.parametrize("name", [*MESSAGES, *REPLIES])
def test_message(name: str, snapshot_json: SnapshotAssertion) -> None:
    message = {**MESSAGES, **REPLIES}[name]
    assert problems_of_blocks(message.get("blocks", [])) == []
    assert 0 < len(message["text"]) <= LONGEST_EDIT
    assert message == snapshot_json


@pytest.mark.parametrize("name", VIEWS)
def test_view(name: str, snapshot_json: SnapshotAssertion) -> None:
    assert problems_of_view(VIEWS[name], kind=VIEWS[name]["type"]) == []
    assert VIEWS[name] == snapshot_json
