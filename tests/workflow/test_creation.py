"""The creation against a CodeArts that loses answers, counted where it matters: at the server."""

import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.codearts.client import CodeArts
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.registry.models import Created, Outcome, Rejected, Unconfirmed
from bot.workflow.creation import LookedUp, Patience, create_and_confirm, look_before
from bot.workflow.durable import InProcess

PATIENCE = Patience()
THROTTLED = Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "over ratelimit"})
NOTHING_LISTED = Fault.answer(200, {"status": "success", "trace_id": "list-9", "result": {"total": 0}})
LIST_FAILS = Fault.answer(503, {"error_msg": "busy", "error_code": "APIGW.0613", "request_id": "list-8"})
# One look-up of a registry that is not there asks twice: the live list and the recycle bin.
TWO = 2


def client_of(cloud: LocalCodeArts, **changes: Any) -> CodeArts:
    values: dict[str, Any] = {
        "endpoint": cloud.base_url,
        "access_key": cloud.keys.access_key,
        "secret_key": cloud.keys.secret_key,
        "domain_id": cloud.tenant_id,
        "codearts_project_id": cloud.project_id,
        "connect_timeout": 0.5,
        "read_timeout": 0.5,
    }
    return CodeArts(**(values | changes))


@pytest.fixture
async def codearts(cloud: LocalCodeArts) -> AsyncIterator[CodeArts]:
    async with client_of(cloud) as client:
        yield client


class Waited(list[float]):
    """The pauses that were asked for; none of them is really made. `during` is done in each."""

    def __init__(self) -> None:
        super().__init__()
        self.during: Callable[[], None] = lambda: None

    async def sleep(self, seconds: float) -> None:
        self.append(seconds)
        self.during()


@pytest.fixture
def waited() -> Waited:
    return Waited()


async def create(codearts: CodeArts, waited: Waited, *, before: LookedUp | None = None) -> Outcome:
    return await create_and_confirm(
        name="shop",
        description="ours",
        before=before or LookedUp(seen="absent"),
        durable=InProcess(sleep=waited.sleep),
        codearts=codearts,
        patience=PATIENCE,
    )


def creates(cloud: LocalCodeArts) -> int:
    return sum(call.operation == "create" for call in cloud.calls)


async def test_success_is_one_call_and_no_waiting(cloud: LocalCodeArts, codearts: CodeArts, waited: Waited) -> None:
    result = await create(codearts, waited)
    assert result == Created(trace_id=cloud.registries[0].trace_id)
    assert ([call.operation for call in cloud.calls], waited) == (["create"], [])


async def test_a_refusal_is_final(cloud: LocalCodeArts, codearts: CodeArts, waited: Waited) -> None:
    cloud.faults.add("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right", "trace_id": "t"}))
    assert await create(codearts, waited) == Rejected(code="CR.4102", message="no right", trace_id="t")
    assert (len(cloud.calls), waited) == (1, [])


@pytest.mark.parametrize("fault", [Fault.drop(apply=True), Fault.hang(apply=True), Fault.answer(500, "", apply=True)])
async def test_a_lost_answer_is_looked_up_and_found(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited, fault: Fault
) -> None:
    cloud.faults.add("create", fault)
    result = await create(codearts, waited)
    (registry,) = cloud.registries
    assert isinstance(result, Created)
    assert (result.confirmed_by_lookup, result.address) == (True, registry.url)
    assert result.trace_id in {call.trace_id for call in cloud.calls}
    assert (creates(cloud), waited) == (1, [2])


async def test_a_registry_that_is_listed_late_is_waited_for(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop(apply=True))
    cloud.faults.add("list", NOTHING_LISTED, times=2 * TWO)
    result = await create(codearts, waited)
    assert isinstance(result, Created)
    assert (creates(cloud), waited) == (1, [2, 5, 15])


async def test_absent_at_every_look_up_means_that_it_did_not_apply_and_it_is_made_once_more(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop())
    result = await create(codearts, waited)
    assert result == Created(trace_id=cloud.registries[0].trace_id)
    assert (creates(cloud), len(cloud.registries), waited) == (2, 1, [2, 5, 15, 60])


async def test_a_second_call_refused_because_the_first_had_applied_after_all_is_a_success(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop(apply=True))
    cloud.faults.add("list", NOTHING_LISTED, times=4 * TWO)
    result = await create(codearts, waited)
    assert isinstance(result, Created)
    assert result.confirmed_by_lookup
    assert (creates(cloud), len(cloud.registries)) == (2, 1)


async def test_a_second_call_refused_for_good_is_reported_as_refused(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop())
    cloud.faults.add("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"}))
    result = await create(codearts, waited)
    assert isinstance(result, Rejected)
    assert result.code == "CR.4102"
    assert creates(cloud) == 2


async def test_lost_twice_and_absent_is_unconfirmed_after_two_calls_and_no_third(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop(), times=None)
    result = await create(codearts, waited)
    assert isinstance(result, Unconfirmed)
    assert (creates(cloud), waited) == (2, [2, 5, 15, 60] * 2)


async def test_while_the_look_up_fails_it_is_asked_for_a_quarter_of_an_hour_and_nothing_is_repeated(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.answer(502, "", {"X-Request-Id": "create-7"}))
    cloud.faults.add("list", LIST_FAILS, times=None)
    result = await create(codearts, waited)
    assert isinstance(result, Unconfirmed)
    assert "APIGW.0613" in result.reason
    assert result.trace_id == "create-7"
    assert creates(cloud) == 1
    assert waited[:4] == [2, 5, 15, 60]
    assert 15 * 60 <= sum(waited) <= 16 * 60


async def test_the_trace_id_of_the_look_up_is_told_where_the_call_has_none(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop())
    cloud.faults.add("list", LIST_FAILS, times=None)
    result = await create(codearts, waited)
    assert result.trace_id == "list-8"


async def test_a_look_up_that_works_again_confirms(cloud: LocalCodeArts, codearts: CodeArts, waited: Waited) -> None:
    cloud.faults.add("create", Fault.drop(apply=True))
    cloud.faults.add("list", LIST_FAILS, times=6)
    result = await create(codearts, waited)
    assert isinstance(result, Created)
    assert (creates(cloud), len(waited)) == (1, 7)


async def test_a_failing_look_up_does_not_count_as_absent(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop(apply=True))
    for _ in range(3):
        cloud.faults.add("list", NOTHING_LISTED, times=TWO)
        cloud.faults.add("list", LIST_FAILS)
    assert isinstance(await create(codearts, waited), Created)
    assert creates(cloud) == 1


async def test_without_the_ids_nothing_is_looked_up_and_nothing_repeated(cloud: LocalCodeArts, waited: Waited) -> None:
    cloud.faults.add("create", Fault.drop())
    async with client_of(cloud, domain_id=None) as codearts:
        before = await look_before(codearts, "shop")
        result = await create(codearts, waited, before=before)
    assert isinstance(result, Unconfirmed)
    assert ([call.operation for call in cloud.calls], waited) == (["create"], [])


async def test_throttling_is_waited_out_for_as_long_as_it_asks(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.answer(429, "", {"Retry-After": "7"}))
    cloud.faults.add("create", Fault.answer(429, "", {"Retry-After": "100000"}))
    assert isinstance(await create(codearts, waited), Created)
    first, second = waited
    assert 7 <= first <= 7.25
    assert 120 <= second <= 120.5
    assert creates(cloud) == 3


async def test_throttling_without_an_end_is_refused_after_a_few_minutes(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.faults.add("create", THROTTLED, times=None)
    result = await create(codearts, waited)
    assert isinstance(result, Rejected)
    assert (result.code, result.message) == ("APIGW.0308", "over ratelimit")
    assert creates(cloud) == 1 + len(PATIENCE.repeats) == 1 + len(waited)
    assert sum(waited) < 10 * 60


async def test_a_cloud_that_cannot_be_reached_is_tried_again_and_then_told_as_such(waited: Waited) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as closed:
        port = closed.getsockname()[1]
    nowhere = CodeArts(endpoint=f"http://127.0.0.1:{port}", access_key="a", secret_key="b")
    async with nowhere:
        result = await create(nowhere, waited, before=LookedUp(seen="failed"))
    assert isinstance(result, Rejected)
    assert result.code == "unreachable"
    assert len(waited) == len(PATIENCE.repeats)


async def test_a_cloud_that_comes_back_while_we_wait_is_used(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    port = int(cloud.base_url.rpartition(":")[2])
    await cloud.stop()

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            await cloud.start(port=port)

    result = await create_and_confirm(
        name="shop",
        description=None,
        before=LookedUp(seen="absent"),
        durable=InProcess(sleep=sleep),
        codearts=codearts,
        patience=PATIENCE,
    )
    assert isinstance(result, Created)
    assert (creates(cloud), len(waited)) == (1, 3)


async def test_a_lost_answer_after_throttling_is_looked_up(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.faults.add("create", THROTTLED)
    cloud.faults.add("create", Fault.drop(apply=True))
    result = await create(codearts, waited)
    assert isinstance(result, Created)
    assert result.confirmed_by_lookup
    assert creates(cloud) == 2


# ---- what stood there before ----


async def test_a_name_that_is_taken_is_refused_without_a_create_call(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.add_registry("shop")
    before = await look_before(codearts, "shop")
    result = await create(codearts, waited, before=before)
    assert isinstance(result, Rejected)
    assert (result.code, result.trace_id) == ("already_exists", cloud.calls[0].trace_id)
    assert creates(cloud) == 0


@pytest.mark.parametrize("other", ["Shop", "shop2", "my-shop"])
async def test_a_similar_name_does_not_stand_in_the_way(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited, other: str
) -> None:
    cloud.add_registry(other)
    assert (await look_before(codearts, "shop")).seen == "absent"


async def test_a_registry_of_another_format_does_not_stand_in_the_way(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    cloud.add_registry("shop", format="maven2")
    assert (await look_before(codearts, "shop")).seen == "absent"


async def test_a_trashed_registry_does_not_stand_in_the_way(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.add_registry("shop", status="trash")
    result = await create(codearts, waited, before=await look_before(codearts, "shop"))
    assert isinstance(result, Created)
    assert creates(cloud) == 1


async def test_a_lost_answer_and_a_trashed_registry_of_that_name_stay_in_doubt(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.add_registry("shop", status="trash")
    cloud.faults.add("create", Fault.drop())
    result = await create(codearts, waited, before=await look_before(codearts, "shop"))
    assert isinstance(result, Unconfirmed)
    assert "recycle bin" in result.reason
    assert creates(cloud) == 1


async def test_a_registry_found_after_a_lost_answer_is_not_claimed_if_nobody_looked_before(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.faults.add("list", LIST_FAILS, times=1 + len(PATIENCE.looks_before))
    before = await look_before(codearts, "shop")
    cloud.faults.add("create", Fault.drop(apply=True))
    result = await create(codearts, waited, before=before)
    assert before.seen == "failed"
    assert isinstance(result, Unconfirmed)
    assert "could not be checked whether it stood there before" in result.reason
    assert creates(cloud) == 1


class CutOff(InProcess):
    """A process that dies in each of the first `times` create calls before anything was sent, and resumes."""

    def __init__(self, waited: Waited, *, times: int) -> None:
        super().__init__(sleep=waited.sleep)
        self.left = times

    async def step_once(self, name: str, call: Any, *args: Any, **kwargs: Any) -> Any:
        del name
        self.left -= 1
        return await call(self.left >= 0, *args, **kwargs)


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_call_that_our_restart_cut_off_is_made_again_however_often_that_happens(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited, times: int
) -> None:
    result = await create_and_confirm(
        name="shop",
        description=None,
        before=LookedUp(seen="absent"),
        durable=CutOff(waited, times=times),
        codearts=codearts,
        patience=PATIENCE,
    )
    assert isinstance(result, Created)
    assert (creates(cloud), len(cloud.registries)) == (1, 1)


async def test_when_nobody_could_look_before_the_word_of_the_api_decides(
    cloud: LocalCodeArts, codearts: CodeArts, waited: Waited
) -> None:
    cloud.add_registry("shop")
    cloud.faults.add("list", LIST_FAILS)
    result = await create(codearts, waited, before=await look_before(codearts, "shop"))
    assert isinstance(result, Rejected)
    assert "already exists" in result.message
