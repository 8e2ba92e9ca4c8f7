"""The creation against a CodeArts that loses answers, counted where it matters: at the server."""

import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.clients import build_codearts
from bot.codearts.client import CodeArts
from bot.codearts.credentials.key import Key
from bot.codearts.credentials.key_cache import KeyCache
from bot.codearts.view import InProcessView
from bot.config import Settings
from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created, Outcome
from bot.errors import StepCrashed
from bot.features.create_registry.creation import Creation, Creator
from bot.features.create_registry.look_up import LookUp
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.playground.codearts.records import CloudCall, LocalRegistry
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.workflow.durable import InProcess

POLICY = RetryPolicy()
OURS, SOMEBODY = "registry-bot", "mallory"
# The pauses before each look-up of a lost answer: to the moments of the policy.
WHOLE_WINDOW = [2, 3, 10, 45, 120, 420]
UNPROVEN = WHOLE_WINDOW[:4]
THROTTLED = Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "over ratelimit"})
NOTHING_LISTED = Fault.answer(200, {"status": "success", "trace_id": "list-9", "result": {"total": 0}})
LIST_FAILS = Fault.answer(503, {"error_msg": "busy", "error_code": "APIGW.0613", "request_id": "list-8"})
LIST_REFUSED = Fault.answer(403, {"error_msg": "not you", "error_code": "APIGW.0302", "request_id": "list-7"})
# The first look asks for the live list alone; a look-up of a registry that is not there asks the recycle bin too, and then
# for the witness, where the list shows nothing at all in both.
FIRST_LOOK, LOOK_UP, LOOK_UP_OF_NOTHING = 1, 3, 4


class Waited(list[float]):
    """The pauses that were asked for; none of them is really made. `during` is awaited in each."""

    def __init__(self) -> None:
        super().__init__()
        self.during: Callable[[], Awaitable[None]] | None = None

    async def sleep(self, seconds: float) -> None:
        self.append(seconds)
        if self.during is not None:
            await self.during()


@pytest.fixture
def waited() -> Waited:
    return Waited()


@pytest.fixture
async def views(cloud: LocalCodeArts) -> InProcessView:
    """The list shows a registry of ours; `unproven` is for those of whom it has not."""
    view = InProcessView()
    cloud.add_registry("the-first", created_by=OURS)
    await view.shown("the-first", OURS, certain=True)
    return view


@pytest.fixture
def unproven() -> InProcessView:
    return InProcessView()


class Create:
    """Creates "shop"; the whole creation of the last time is in `creation`."""

    def __init__(self, codearts: CodeArts, views: InProcessView, waited: Waited) -> None:
        self.codearts, self.views, self.waited = codearts, views, waited
        self.checking: list[float] = []
        self.creation: Creation | None = None

    async def __call__(
        self,
        *,
        description: str | None = "ours",
        marked: bool = False,
        durable: InProcess | None = None,
        codearts: CodeArts | None = None,
    ) -> Outcome:
        client = codearts or self.codearts
        creator = Creator(codearts=client, look_up=LookUp(codearts=client, views=self.views), policy=POLICY)
        self.creation = await creator.create(
            name="shop",
            description=description,
            marked=marked,
            durable=durable or InProcess(reference="R-22222", sleep=self.waited.sleep),
            checking=self.checking.append,
        )
        return self.creation.outcome


@pytest.fixture
def create(codearts: CodeArts, views: InProcessView, waited: Waited) -> Create:
    return Create(codearts, views, waited)


def creates(cloud: LocalCodeArts) -> int:
    return sum(call.operation == "create" for call in cloud.calls)


def shops(cloud: LocalCodeArts) -> list[LocalRegistry]:
    return [each for each in cloud.registries if each.display_name == "shop"]


def about(cloud: LocalCodeArts) -> list[CloudCall]:
    """The calls but those for the witness of the list."""
    return [call for call in cloud.calls if call.query.get("qname") != "the-first"]


def operations(cloud: LocalCodeArts) -> list[str]:
    return [call.operation for call in cloud.calls]


async def test_success_is_one_look_one_call_and_no_waiting(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    result = await create()
    assert result == Created(trace_id=shops(cloud)[0].trace_id)
    assert (operations(cloud), waited) == (["list", "create"], [])


async def test_a_refusal_is_final(cloud: LocalCodeArts, create: Create, waited: Waited) -> None:
    cloud.faults.add("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right", "trace_id": "t"}))
    result = await create()
    assert result == Refused(code="CR.4102", message="no right", trace_id="t", status=403)
    assert (creates(cloud), waited) == (1, [])


# ---- a lost answer ----


@pytest.mark.parametrize("fault", [Fault.drop(apply=True), Fault.hang(apply=True), Fault.answer(500, "", apply=True)])
async def test_a_lost_answer_is_looked_up_and_found(
    cloud: LocalCodeArts, create: Create, waited: Waited, fault: Fault
) -> None:
    cloud.faults.add("create", fault)
    result = await create()
    (registry,) = shops(cloud)
    assert isinstance(result, Created)
    assert (result.confirmed_by_lookup, result.address) == (True, registry.url)
    assert result.trace_id in {call.trace_id for call in cloud.calls}
    assert (creates(cloud), waited) == (1, [2])


@pytest.mark.parametrize(
    ("fault", "of_lookup"),
    [
        (Fault.drop(apply=True), True),
        (Fault.answer(502, "", {"X-Request-Id": "create-7"}, apply=True), False),
    ],
    ids=["lost", "kept"],
)
async def test_whose_trace_id_it_is_is_told(
    cloud: LocalCodeArts, create: Create, waited: Waited, fault: Fault, of_lookup: bool
) -> None:
    cloud.faults.add("create", fault)
    result = await create()
    assert isinstance(result, Created)
    assert result.trace_of_lookup is of_lookup
    assert result.trace_id == (about(cloud)[-1].trace_id if of_lookup else "create-7")


async def test_a_registry_that_is_listed_late_is_waited_for(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop(apply=True))
    cloud.faults.add("list", NOTHING_LISTED, times=FIRST_LOOK + 2 * LOOK_UP_OF_NOTHING)
    result = await create()
    assert isinstance(result, Created)
    assert (creates(cloud), waited) == (1, WHOLE_WINDOW[:3])


@pytest.mark.parametrize("apply", [True, False], ids=["applied", "not applied"])
async def test_a_list_that_has_stopped_showing_proves_no_absence(
    cloud: LocalCodeArts, create: Create, waited: Waited, apply: bool
) -> None:
    cloud.faults.add("create", Fault.drop(apply=apply))
    cloud.faults.add("list", NOTHING_LISTED, times=None)
    assert await create() == InDoubt(code=Reason.VIEW_UNPROVEN)
    assert (creates(cloud), waited) == (1, UNPROVEN)


async def test_absent_at_every_look_up_means_that_it_did_not_apply_and_it_is_made_once_more(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop())
    result = await create()
    assert result == Created(trace_id=shops(cloud)[0].trace_id)
    assert (creates(cloud), len(shops(cloud)), waited) == (2, 1, WHOLE_WINDOW)
    assert create.creation is not None
    assert create.creation.repeated


async def test_a_second_call_refused_because_the_first_had_applied_after_all_is_a_success(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    async def shows_late() -> None:
        for registry in shops(cloud):
            registry.elsewhere = creates(cloud) < 2

    cloud.lands_elsewhere, waited.during = True, shows_late
    cloud.faults.add("create", Fault.drop(apply=True))
    result = await create()
    assert isinstance(result, Created)
    assert result.confirmed_by_lookup
    assert (creates(cloud), len(shops(cloud))) == (2, 1)


async def test_a_second_call_refused_for_good_is_reported_as_refused(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop())
    cloud.faults.add("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"}))
    result = await create()
    assert isinstance(result, Refused)
    assert result.code == "CR.4102"
    assert creates(cloud) == 2


async def test_lost_twice_and_absent_is_in_doubt_after_two_calls_and_no_third(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop(), times=None)
    result = await create()
    assert result == InDoubt(code=Reason.CONNECTION_BROKE)
    assert (creates(cloud), waited) == (2, WHOLE_WINDOW * 2)


async def test_a_second_call_refused_while_nobody_can_look_up_why_is_in_doubt(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop())
    cloud.faults.add("create", Fault.answer(409, {"error_code": "CR.4009", "error_msg": "exists"}))
    cloud.faults.add("list", Fault.slow(0), times=FIRST_LOOK + len(WHOLE_WINDOW) * LOOK_UP)
    cloud.faults.add("list", LIST_FAILS, times=None)
    assert await create() == InDoubt(code="APIGW.0613", message="busy", trace_id="list-8", status=503)
    assert creates(cloud) == 2


async def test_a_call_that_a_queue_applies_minutes_after_its_caller_has_gone_is_not_doubled(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    async def applied_after_nine_minutes() -> None:
        if sum(waited) > 540 and not shops(cloud):
            cloud.add_registry("shop", description="ours", created_by=OURS)

    waited.during = applied_after_nine_minutes
    cloud.faults.add("create", Fault.drop())
    result = await create()
    assert isinstance(result, Created)
    assert (creates(cloud), len(shops(cloud))) == (1, 1)


async def test_how_long_it_is_looked_up_is_said_each_time_that_it_changes(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop(), times=None)
    cloud.faults.add("list", NOTHING_LISTED, times=FIRST_LOOK)
    cloud.faults.add("list", LIST_FAILS)
    await create()
    first = create.checking[0]
    assert [round(until - first) for until in create.checking[:3]] == [0, 300, 0]
    assert len(create.checking) == 4  # and once more for the second call


# ---- a list that has not shown any registry of ours ----


@pytest.mark.parametrize("lost", [1, 2])
@pytest.mark.parametrize("apply", [True, False])
async def test_an_absence_from_a_list_that_proves_nothing_repeats_nothing(
    cloud: LocalCodeArts, create: Create, unproven: InProcessView, waited: Waited, lost: int, apply: bool
) -> None:
    create.views = unproven
    cloud.faults.add("create", Fault.drop(apply=apply), times=lost)
    cloud.faults.add("list", NOTHING_LISTED, times=None)
    assert await create() == InDoubt(code=Reason.VIEW_UNPROVEN)
    assert (creates(cloud), waited) == (1, UNPROVEN)


async def test_the_view_counts_as_proven_from_the_moment_it_is(
    cloud: LocalCodeArts, create: Create, unproven: InProcessView, waited: Waited
) -> None:
    async def proven_meanwhile() -> None:
        await unproven.shown("the-first", OURS, certain=True)

    cloud.add_registry("the-first", created_by=OURS)
    create.views, waited.during = unproven, proven_meanwhile
    cloud.faults.add("create", Fault.drop())
    assert isinstance(await create(), Created)
    assert (creates(cloud), waited) == (2, WHOLE_WINDOW)
    assert [round(until - create.checking[0]) for until in create.checking] == [0, 540]


# ---- somebody else's ----


def somebody_makes_it(cloud: LocalCodeArts, waited: Waited, **registry: Any) -> None:
    async def make() -> None:
        if not shops(cloud):
            cloud.add_registry("shop", **registry)

    waited.during = make
    cloud.faults.add("create", Fault.drop())


@pytest.mark.parametrize(
    "registry",
    [
        {"created_by": SOMEBODY, "description": "theirs"},
        {"created_by": SOMEBODY, "description": "ours"},
        {"created_by": OURS, "description": "theirs"},
        {"created_by": SOMEBODY},
    ],
    ids=str,
)
async def test_a_registry_that_somebody_else_makes_after_our_lost_call_is_not_ours(
    cloud: LocalCodeArts, create: Create, waited: Waited, registry: dict[str, Any]
) -> None:
    somebody_makes_it(cloud, waited, **registry)
    # The very last call asked the recycle bin, where ours might be.
    assert await create() == Refused(code=Reason.TAKEN_MEANWHILE, trace_id=about(cloud)[-2].trace_id)
    assert (creates(cloud), waited) == (1, WHOLE_WINDOW)


async def test_where_ours_may_be_out_of_sight_somebody_elses_does_not_decide(
    cloud: LocalCodeArts, create: Create, unproven: InProcessView, waited: Waited
) -> None:
    create.views = unproven
    somebody_makes_it(cloud, waited, created_by=SOMEBODY, description="theirs")
    assert await create() == InDoubt(code=Reason.SOMEBODY_ELSES)
    assert (creates(cloud), waited) == (1, UNPROVEN)


async def test_where_nothing_shows_whose_it_is_nothing_is_claimed(
    cloud: LocalCodeArts, create: Create, unproven: InProcessView, waited: Waited
) -> None:
    create.views = unproven
    somebody_makes_it(cloud, waited, created_by=SOMEBODY)
    assert await create(description=None) == InDoubt(code=Reason.OWNER_UNKNOWN, trace_id=about(cloud)[-1].trace_id)
    assert creates(cloud) == 1


async def test_a_description_with_the_reference_is_evidence_even_when_nobody_could_look_before(
    cloud: LocalCodeArts, create: Create, unproven: InProcessView, waited: Waited
) -> None:
    create.views = unproven
    cloud.faults.add("list", LIST_FAILS, times=1 + len(POLICY.looks_before))
    cloud.faults.add("create", Fault.drop(apply=True))
    result = await create(description="ours · R-7K2F9", marked=True)
    assert isinstance(result, Created)
    assert (result.address, creates(cloud)) == (shops(cloud)[0].url, 1)


# ---- a look-up that fails ----


async def test_while_the_look_up_fails_it_is_asked_for_a_quarter_of_an_hour_and_nothing_is_repeated(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.answer(502, "", {"X-Request-Id": "create-7"}))
    cloud.faults.add("list", NOTHING_LISTED, times=FIRST_LOOK)
    cloud.faults.add("list", LIST_FAILS, times=None)
    result = await create()
    assert result == InDoubt(code="APIGW.0613", message="busy", trace_id="create-7", status=503)
    assert creates(cloud) == 1
    assert waited[:4] == [2, 5, 15, 60]
    assert 15 * 60 <= sum(waited) <= 16 * 60


async def test_the_trace_id_of_the_look_up_is_told_where_the_call_has_none(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop())
    cloud.faults.add("list", NOTHING_LISTED, times=FIRST_LOOK)
    cloud.faults.add("list", LIST_FAILS, times=None)
    result = await create()
    assert result.trace_id == "list-8"


async def test_a_look_up_that_works_again_confirms(cloud: LocalCodeArts, create: Create, waited: Waited) -> None:
    cloud.faults.add("create", Fault.drop(apply=True))
    cloud.faults.add("list", NOTHING_LISTED, times=FIRST_LOOK)
    cloud.faults.add("list", LIST_FAILS, times=6)
    result = await create()
    assert isinstance(result, Created)
    assert (creates(cloud), len(waited)) == (1, 7)


async def test_a_failing_look_up_does_not_count_as_absent(cloud: LocalCodeArts, create: Create, waited: Waited) -> None:
    cloud.faults.add("create", Fault.drop(apply=True))
    cloud.faults.add("list", NOTHING_LISTED, times=FIRST_LOOK)
    for _ in range(3):
        cloud.faults.add("list", NOTHING_LISTED, times=LOOK_UP)
        cloud.faults.add("list", LIST_FAILS)
    assert isinstance(await create(), Created)
    assert creates(cloud) == 1


async def test_after_a_look_up_that_failed_an_absence_must_hold_as_long_as_before(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop())
    cloud.faults.add("list", NOTHING_LISTED, times=FIRST_LOOK)
    cloud.faults.add("list", LIST_FAILS, times=2)
    assert isinstance(await create(), Created)
    assert (creates(cloud), waited) == (2, [2, 5, 15, 38, 120, 420])


async def test_without_the_ids_nothing_is_looked_up_and_nothing_repeated(
    cloud: LocalCodeArts, quick_settings: Settings, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop())
    async with build_codearts(quick_settings.model_copy(update={"domain_id": None})) as codearts:
        result = await create(codearts=codearts)
    assert isinstance(result, InDoubt)
    assert (operations(cloud), waited) == (["create"], [])


# ---- what certainly did not apply ----


async def test_throttling_is_waited_out_for_as_long_as_it_asks(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.answer(429, "", {"Retry-After": "7"}))
    cloud.faults.add("create", Fault.answer(429, "", {"Retry-After": "100000"}))
    assert isinstance(await create(), Created)
    first, second = waited
    assert 7 <= first <= 7.25
    assert 120 <= second <= 120.5
    assert creates(cloud) == 3


async def test_throttling_without_an_end_is_refused_after_a_few_minutes(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", THROTTLED, times=None)
    result = await create()
    assert result == Refused(code="APIGW.0308", message="over ratelimit", status=429, trace_id=result.trace_id)
    assert creates(cloud) == 1 + len(POLICY.repeats) == 1 + len(waited)
    assert sum(waited) < 10 * 60


async def test_a_cloud_that_cannot_be_reached_is_tried_again_and_then_told_as_such(
    create: Create, waited: Waited
) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as closed:
        port = closed.getsockname()[1]
    async with CodeArts(
        endpoint=f"http://127.0.0.1:{port}", keys=KeyCache.of(Key(access_key="a", secret_key="b"))
    ) as nowhere:
        result = await create(codearts=nowhere)
    assert result == Refused(code=Reason.CONNECTION_REFUSED)
    assert len(waited) == len(POLICY.repeats)


@pytest.mark.parametrize("pause", [3, 5], ids=["before the call", "after the first call"])
async def test_a_cloud_that_comes_back_while_we_wait_is_used(
    cloud: LocalCodeArts, create: Create, waited: Waited, pause: int
) -> None:
    port = int(cloud.base_url.rpartition(":")[2])
    await cloud.stop()

    async def come_back() -> None:
        if len(waited) == pause:
            await cloud.start(port=port)

    waited.during = come_back
    assert isinstance(await create(), Created)
    assert (creates(cloud), len(waited)) == (1, pause)


async def test_a_lost_answer_after_throttling_is_looked_up(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", THROTTLED)
    cloud.faults.add("create", Fault.drop(apply=True))
    result = await create()
    assert isinstance(result, Created)
    assert result.confirmed_by_lookup
    assert creates(cloud) == 2


# ---- what existed before ----


async def test_a_name_that_is_taken_is_refused_without_a_create_call(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.add_registry("shop")
    result = await create()
    assert result == Refused(code=Reason.ALREADY_EXISTS, trace_id=cloud.calls[0].trace_id)
    assert operations(cloud) == ["list"]


async def test_a_name_that_is_taken_in_another_spelling_is_refused_with_that_spelling(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.add_registry("Shop")
    result = await create()
    assert result == Refused(code=Reason.ALREADY_EXISTS, message="Shop", trace_id=cloud.calls[0].trace_id)
    assert operations(cloud) == ["list"]


@pytest.mark.parametrize(
    "other",
    [
        {"display_name": "shop2"},
        {"display_name": "my-shop"},
        {"display_name": "shop", "format": "maven2"},
        {"display_name": "shop", "status": "trash"},
    ],
    ids=str,
)
async def test_a_similar_one_or_one_in_the_recycle_bin_does_not_stand_in_the_way(
    cloud: LocalCodeArts, create: Create, waited: Waited, other: dict[str, Any]
) -> None:
    # The local CodeArts would refuse a second active one of this name; what is asked here is what the bot thinks.
    cloud.duplicate = "accepted"
    cloud.add_registry(**other)
    assert isinstance(await create(), Created)
    assert creates(cloud) == 1


async def test_a_lost_answer_and_a_trashed_registry_of_that_name_stay_in_doubt(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.add_registry("shop", status="trash", created_by=OURS)
    cloud.faults.add("create", Fault.drop())
    result = await create()
    assert result == InDoubt(code=Reason.IN_RECYCLE_BIN, trace_id=about(cloud)[-1].trace_id)
    # Until the end of the window it may still be applied.
    assert (creates(cloud), waited) == (1, WHOLE_WINDOW)


async def test_what_somebody_else_threw_away_counts_for_nothing(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.add_registry("shop", status="trash", created_by=SOMEBODY)
    cloud.faults.add("create", Fault.drop())
    assert isinstance(await create(), Created)
    assert (creates(cloud), waited) == (2, WHOLE_WINDOW)


async def test_a_look_that_fails_is_repeated_before_anything_is_sent(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.add_registry("shop")
    cloud.faults.add("list", LIST_FAILS, times=len(POLICY.looks_before))
    result = await create()
    assert isinstance(result, Refused)
    assert (result.code, waited) == (Reason.ALREADY_EXISTS, list(POLICY.looks_before))
    assert creates(cloud) == 0


async def test_a_look_that_is_refused_is_not_repeated(cloud: LocalCodeArts, create: Create, waited: Waited) -> None:
    cloud.faults.add("list", LIST_REFUSED)
    assert isinstance(await create(), Created)
    assert (operations(cloud), waited) == (["list", "create"], [])


async def test_a_registry_found_after_a_lost_answer_is_not_claimed_if_nobody_could_look_before(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("list", LIST_FAILS, times=1 + len(POLICY.looks_before))
    cloud.faults.add("create", Fault.drop(apply=True))
    result = await create()
    assert result == InDoubt(code=Reason.PERHAPS_OLDER, trace_id=about(cloud)[-1].trace_id)
    assert creates(cloud) == 1


async def test_when_nobody_could_look_before_the_word_of_the_api_decides(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.add_registry("shop")
    cloud.faults.add("list", LIST_FAILS, times=1 + len(POLICY.looks_before))
    result = await create()
    assert isinstance(result, Refused)
    assert "already exists" in (result.message or "")


# ---- a process that dies, and steps that crash ----


class CutOff(InProcess):
    """A process that dies in each of the first `times` create calls before anything was sent, and resumes."""

    def __init__(self, waited: Waited, *, times: int) -> None:
        super().__init__(reference="R-22222", sleep=waited.sleep)
        self.left = times

    async def step_once(self, name: str, call: Any, *args: Any, **kwargs: Any) -> Any:
        del name
        self.left -= 1
        return await call(self.left >= 0, *args, **kwargs)


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_call_that_our_restart_interrupted_is_made_again_however_often_that_happens(
    cloud: LocalCodeArts, create: Create, waited: Waited, times: int
) -> None:
    result = await create(durable=CutOff(waited, times=times))
    assert isinstance(result, Created)
    assert (creates(cloud), len(shops(cloud))) == (1, 1)


class Steps(InProcess):
    """Remembers the names of the steps; those called `crashing` fail in a way nobody foresaw."""

    def __init__(self, waited: Waited, *, crashing: str = "") -> None:
        super().__init__(reference="R-22222", sleep=waited.sleep)
        self.names: list[str] = []
        self._crashing = crashing

    async def step(self, name: str, call: Any, *args: Any, **kwargs: Any) -> Any:
        self.names.append(name)
        if name == self._crashing:
            raise StepCrashed("R-22222")
        return await super().step(name, call, *args, **kwargs)


@pytest.mark.parametrize(
    ("crashing", "expected", "calls"),
    [
        ("create", InDoubt(code=Reason.STEP_CRASHED), 0),
        ("look up", InDoubt(code=Reason.STEP_CRASHED), 1),
        ("create again", InDoubt(code=Reason.STEP_CRASHED), 1),
    ],
)
async def test_a_step_that_crashes_leaves_the_creation_in_doubt(
    cloud: LocalCodeArts, create: Create, waited: Waited, crashing: str, expected: Outcome, calls: int
) -> None:
    cloud.faults.add("create", Fault.drop())
    assert await create(durable=Steps(waited, crashing=crashing)) == expected
    assert creates(cloud) == calls


async def test_a_look_that_crashes_counts_as_one_that_failed(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    result = await create(durable=Steps(waited, crashing="look before"))
    assert isinstance(result, Created)
    assert (operations(cloud), waited) == (["create"], list(POLICY.looks_before))


async def test_the_steps_are_those_by_which_requests_of_an_older_build_are_resumed(
    cloud: LocalCodeArts, create: Create, waited: Waited
) -> None:
    cloud.faults.add("create", Fault.drop(), times=None)
    steps = Steps(waited)
    await create(durable=steps)
    looked_up = ["lost", *["look up"] * len(WHOLE_WINDOW)]
    assert steps.names == ["look before", "create", *looked_up, "create again", *looked_up]
