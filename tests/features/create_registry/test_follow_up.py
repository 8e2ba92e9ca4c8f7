"""What is looked up after the outcome was told, and what its message becomes."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.codearts.view import View
from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created, Outcome
from bot.errors import StepCrashed
from bot.features.contract import Platform
from bot.features.create_registry import messages
from bot.features.create_registry.creation import Creation
from bot.features.create_registry.evidence import CreateCall
from bot.features.create_registry.follow_up import FollowUp
from bot.features.create_registry.look_up import LookUp
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.news import News
from bot.workflow.durable import InProcess
from tests.features.create_registry.samples import request_of
from tests.support.people import about, words

CREATED = Created(trace_id="create-1")
DOUBT = InDoubt(code=Reason.NO_ANSWER)
OURS: dict[str, Any] = {"description": "ours", "created_by": "registry-bot"}
DIRECT = "D" + company.ANA[1:]


class Waited(InProcess):
    """Makes no pause, but tells `during` how many there were; where `crashing`, every look-up crashes."""

    def __init__(self) -> None:
        super().__init__(reference="R-22222", sleep=self._note)
        self.waited: list[float] = []
        self.crashing = False
        self.during: Callable[[int], Any] = lambda _count: None

    async def step(self, name: str, call: Any, *args: Any, **kwargs: Any) -> Any:
        if self.crashing and name == "look up":
            raise StepCrashed("R-22222")
        return await super().step(name, call, *args, **kwargs)

    async def _note(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.during(len(self.waited))


@pytest.fixture
def durable() -> Waited:
    return Waited()


Begin = Callable[..., Any]


@pytest.fixture
def told(platform: Platform, durable: Waited, cloud: LocalCodeArts) -> Begin:
    """The follow-up of a request whose outcome was told."""

    async def begin(outcome: Outcome, *, repeated: bool = False, proven: bool = True) -> FollowUp:
        if proven:
            cloud.add_registry("the-first")
            await platform.views.shown("the-first", "registry-bot", certain=True)
        request = request_of(name="shop", public=True)
        delivery = platform.deliveries.of(request, durable)
        asked = CreateCall(name="shop", description="ours", older=frozenset())
        follow_up = FollowUp(
            request=request,
            creation=Creation(outcome=outcome, asked=asked, repeated=repeated),
            look_up=LookUp(codearts=platform.codearts, views=platform.views),
            policy=RetryPolicy(),
            durable=durable,
            delivery=delivery,
            region="x",
        )
        message = messages.outcome(request, outcome, region="x", rechecked=follow_up.undecided)
        await delivery.tell(message, News(notice=messages.notice(request, outcome)), more_follows=True)
        return follow_up

    return begin


def read(slack: LocalSlack) -> str:
    (message,) = about(slack, "shop")
    return words(message)


@pytest.mark.parametrize(
    ("outcome", "repeated", "needed", "undecided"),
    [
        (replace(CREATED, address="https://a.example"), False, False, False),
        (replace(CREATED, address="https://a.example"), True, True, False),
        (CREATED, False, True, False),
        (DOUBT, False, True, True),
        (Refused(code="CR.4102"), False, False, False),
        # Another request for the name may have been accepted by then: what appears proves nothing of this one.
        (Refused(code="CR.4102"), True, False, False),
    ],
    ids=str,
)
async def test_only_what_is_open_is_looked_up(
    told: Begin, outcome: Outcome, repeated: bool, needed: bool, undecided: bool
) -> None:
    follow_up = await told(outcome, repeated=repeated)
    assert (follow_up.needed, follow_up.undecided) == (needed, undecided)


# ---- the address ----


async def test_an_address_is_looked_for_after_2_and_10_seconds_and_added(
    told: Begin, durable: Waited, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    durable.during = lambda count: cloud.add_registry("shop", **OURS) if count == 2 else None
    found = await (await told(CREATED)).run()
    registry = cloud.registries[-1]
    assert found == replace(CREATED, address=registry.url, registry_id=registry.id, creator=registry.created_by)
    assert durable.waited == [2, 8]
    assert f"Address: {cloud.registries[-1].url}" in read(slack)


async def test_the_registry_that_shows_proves_the_list_and_who_makes_ours(
    told: Begin, platform: Platform, cloud: LocalCodeArts
) -> None:
    cloud.add_registry("shop", **OURS)
    await (await told(CREATED, proven=False)).run()
    assert await platform.views.current() == View(proven=True, certain=True, creator="registry-bot", witness="shop")


async def test_where_it_never_shows_and_nothing_ever_did_people_read_so(told: Begin, slack: LocalSlack) -> None:
    assert await (await told(CREATED, proven=False)).run() == CREATED
    assert "it does not show in the list that this bot can see" in read(slack)
    assert "Status: success" in read(slack)


@pytest.mark.parametrize("why", ["the list is proven", "the list fails"])
async def test_where_it_does_not_show_for_another_reason_nothing_is_said_of_it(
    told: Begin, slack: LocalSlack, cloud: LocalCodeArts, why: str
) -> None:
    if why == "the list fails":
        cloud.faults.add("list", Fault.answer(503), times=None)
    follow_up = await told(CREATED, proven=why == "the list is proven")
    before = read(slack)
    assert await follow_up.run() == CREATED
    assert read(slack) == before


# ---- what is in doubt ----


@pytest.mark.parametrize("at", [1, 2])
async def test_a_registry_that_shows_after_an_hour_or_six_was_created(
    told: Begin, durable: Waited, slack: LocalSlack, cloud: LocalCodeArts, at: int
) -> None:
    durable.during = lambda count: cloud.add_registry("shop", **OURS) if count == at else None
    outcome = await (await told(DOUBT)).run()
    assert isinstance(outcome, Created)
    assert durable.waited == [3600, 5 * 3600][:at]
    assert "Status: success" in read(slack)
    assert len(about(slack, "shop", channel=company.PLATFORM)) == 2


@pytest.mark.parametrize("proven", [True, False])
async def test_somebody_elses_decides_it_only_where_ours_would_show(
    told: Begin, slack: LocalSlack, cloud: LocalCodeArts, proven: bool
) -> None:
    cloud.add_registry("shop", description="theirs", created_by="mallory")
    outcome = await (await told(DOUBT, proven=proven)).run()
    assert isinstance(outcome, Refused) is proven
    assert ("Status: error" in read(slack)) is proven


@pytest.mark.parametrize("trouble", ["nothing shows", "the list fails", "the look crashes"])
async def test_in_the_end_the_message_promises_no_further_look(
    told: Begin, durable: Waited, slack: LocalSlack, cloud: LocalCodeArts, trouble: str
) -> None:
    follow_up = await told(DOUBT)
    assert "I will look again" in read(slack)
    if trouble == "the list fails":
        cloud.faults.add("list", Fault.answer(503), times=None)
    durable.crashing = trouble == "the look crashes"
    assert await follow_up.run() == DOUBT
    assert durable.waited == [3600, 5 * 3600]
    assert "I will look again" not in read(slack)
    assert "Status: unconfirmed" in read(slack)
    assert len(about(slack, "shop", channel=company.PLATFORM)) == 1


# ---- applied twice ----


@pytest.mark.parametrize("outcome", [replace(CREATED, address="https://a.example"), DOUBT], ids=["created", "in doubt"])
async def test_two_registries_after_a_repetition_are_told_to_requester_and_operators(
    told: Begin,
    durable: Waited,
    slack: LocalSlack,
    cloud: LocalCodeArts,
    caplog: pytest.LogCaptureFixture,
    outcome: Outcome,
) -> None:
    for _ in range(2):
        cloud.add_registry("shop", **OURS)
    assert isinstance(await (await told(outcome, repeated=True)).run(), Created)
    assert durable.waited == [3600]
    assert "there are 2 registries with this name" in read(slack)
    assert "Status: success" in read(slack)
    (direct,) = about(slack, "shop", channel=DIRECT)
    assert "there are 2 registries with this name" in words(direct)
    (error,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert error.registries == [each.id for each in cloud.registries if each.display_name == "shop"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("rows", [[OURS], [OURS, {"created_by": "mallory"}]], ids=["one", "one and somebody else's"])
async def test_one_registry_after_a_repetition_is_as_it_should_be(
    told: Begin, slack: LocalSlack, cloud: LocalCodeArts, rows: list[dict[str, Any]]
) -> None:
    for row in rows:
        cloud.add_registry("shop", **row)
    follow_up = await told(replace(CREATED, address="https://a.example"), repeated=True)
    before = read(slack)
    await follow_up.run()
    assert read(slack) == before
    assert about(slack, "shop", channel=DIRECT) == []
