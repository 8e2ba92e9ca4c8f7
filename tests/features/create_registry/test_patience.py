"""The wait for an access key that is accepted: how long, what is recorded, and what people and the ledger read of it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.clients import build_codearts
from bot.codearts.client import CodeArts
from bot.codearts.view import InProcessView
from bot.config import Settings
from bot.domain.outcomes import Reason, Refused
from bot.domain.registry import Created, Outcome
from bot.features.create_registry.creation import Creator
from bot.features.create_registry.look_up import LookUp
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.ledger.notes import Happened, Note
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.workflow.durable import InProcess

POLICY = RetryPolicy()
REFUSED = Fault.answer(401, {"error_code": "APIGW.0301", "error_msg": "no", "request_id": "r-1"})


class Noted(InProcess):
    """Pauses that only call `during`, and what was noted and recorded."""

    def __init__(self, during: Callable[[int], None] = lambda _count: None) -> None:
        super().__init__(reference="R-22222", sleep=self._pause)
        self.pauses: list[float] = []
        self.notes: list[Note] = []
        self.steps: list[str] = []
        self._during = during

    def note(self, note: Note) -> None:
        self.notes.append(note)

    async def step(self, name: str, call: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        self.steps.append(name)
        return await super().step(name, call, *args, **kwargs)

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._during(len(self.pauses))

    @property
    def happened(self) -> list[str]:
        return [str(note.code) for note in self.notes if isinstance(note, Happened)]


class BusyCalls(list[tuple[str, float]]):
    """What people were told, and until when."""

    def __call__(self, code: str, until: float) -> None:
        self.append((code, until))


async def create(settings: Callable[..., Settings], durable: Noted, told: BusyCalls) -> Outcome:
    codearts: CodeArts
    async with build_codearts(settings()) as codearts:
        creator = Creator(codearts=codearts, look_up=LookUp(codearts=codearts, views=InProcessView()), policy=POLICY)
        creation = await creator.create(name="shop", description=None, durable=durable, busy=told)
    return creation.outcome


async def test_it_continues_as_if_nothing_had_happened_once_the_key_is_back(
    settings: Callable[..., Settings], cloud: LocalCodeArts
) -> None:
    def mended(count: int) -> None:
        cloud.ring.revoked = count < 4

    cloud.ring.revoked = True
    durable, told = Noted(mended), BusyCalls()
    assert isinstance(await create(settings, durable, told), Created)
    # The name is looked up once more, so that what existed before is known.
    assert durable.steps == ["look before", "without a key", *["look before"] * 4, "create"]
    assert durable.happened == ["looked_up", "looked_up", "sent", "answered"]
    assert [call.operation for call in cloud.calls if call.applied] == ["list", "create"]
    assert {code for code, _ in told} == {Reason.KEY_REFUSED}
    assert len({until for _, until in told}) == 1


async def test_it_ends_after_an_hour_with_the_refusal_and_two_events_of_all_the_calls(
    settings: Callable[..., Settings], cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", REFUSED, times=None)
    durable, told = Noted(), BusyCalls()
    assert await create(settings, durable, told) == Refused(code="APIGW.0301", message="no", trace_id="r-1", status=401)
    assert 45 * 60 < sum(durable.pauses) <= 60 * 60
    assert len(durable.pauses) == len(POLICY.key_repeats)
    assert durable.happened == ["looked_up", "sent", "answered"]
    assert cloud.registries == []


async def test_the_hour_is_one_for_all_calls_of_a_request(
    settings: Callable[..., Settings], cloud: LocalCodeArts
) -> None:
    cloud.ring.revoked = True
    durable = Noted()
    assert isinstance(await create(settings, durable, BusyCalls()), Refused)
    assert len(durable.pauses) == len(POLICY.key_repeats)
    assert durable.steps[-1] == "create"


async def test_a_call_that_reaches_huawei_cloud_again_is_repeated_as_often_as_any(
    settings: Callable[..., Settings], cloud: LocalCodeArts
) -> None:
    busy = Fault.answer(429, {"error_code": "APIGW.0308"})
    for fault in (REFUSED, busy, REFUSED, busy):
        cloud.faults.add("create", fault)
    durable = Noted()
    assert isinstance(await create(settings, durable, BusyCalls()), Created)
    assert len(durable.pauses) == 4
    assert len(cloud.registries) == 1


@pytest.mark.parametrize("code", ["APIGW.0302", "CR.4102"])
async def test_a_right_that_is_missing_is_told_at_once(
    settings: Callable[..., Settings], cloud: LocalCodeArts, code: str
) -> None:
    cloud.faults.add("create", Fault.answer(403, {"error_code": code, "error_msg": "no"}))
    durable = Noted()
    assert isinstance(await create(settings, durable, BusyCalls()), Refused)
    assert durable.pauses == []


async def test_what_an_older_build_recorded_of_a_refused_look_leads_on_without_a_pause(
    settings: Callable[..., Settings], cloud: LocalCodeArts
) -> None:
    """It had begun its create call right after: a pause in between would make that look as if nobody had."""

    class Recorded(Noted):
        async def step(self, name: str, call: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
            result = await super().step(name, call, *args, **kwargs)
            if name == "look before":
                object.__setattr__(result, "without_key", False)  # as a record without the field is read
            return result

    cloud.faults.add("list", REFUSED)
    durable = Recorded()
    assert isinstance(await create(settings, durable, BusyCalls()), Created)
    assert durable.steps[:2] == ["look before", "create"]
