"""What the list call says about a name, as a value that a step can record."""

from dataclasses import replace
from typing import Any

import pytest

from bot.clients import build_codearts
from bot.codearts.client import CodeArts
from bot.codearts.view import InProcessView, View
from bot.config import Settings
from bot.domain.outcomes import Reason
from bot.errors import StepCrashed
from bot.features.create_registry.look_up import LookedUp, LookUp, Row
from bot.playground.codearts.records import LocalRegistry
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.workflow.durable import InProcess


@pytest.fixture
def durable() -> InProcess:
    return InProcess(reference="R-22222")


@pytest.fixture
def look_up(codearts: CodeArts) -> LookUp:
    return LookUp(codearts=codearts, views=InProcessView())


def row_of(registry: LocalRegistry, *, trashed: bool = False) -> Row:
    return Row(
        id=registry.id,
        name=registry.display_name,
        address=registry.url,
        description=registry.description,
        creator=registry.created_by,
        trashed=trashed,
    )


def in_use(seen: LookedUp) -> bool:
    return bool(seen.live)


def calls(cloud: LocalCodeArts) -> list[bool]:
    """For each list call, whether it asked for the recycle bin."""
    return [call.query["is_recycle_bin"] == "true" for call in cloud.calls]


@pytest.mark.parametrize("status", ["active", "disabled", "view"])
async def test_a_registry_in_the_list_is_present_with_its_address_and_the_trace_id_of_the_look(
    cloud: LocalCodeArts, look_up: LookUp, status: str
) -> None:
    registry = cloud.add_registry("shop", status=status)
    seen = await look_up.once("shop", enough=in_use)
    assert replace(seen, where="") == LookedUp(rows=[row_of(registry)], trace_id=cloud.calls[0].trace_id)
    assert seen.live == seen.rows
    assert calls(cloud) == [False]


@pytest.mark.parametrize("status", ["trash", "delete"])
async def test_a_registry_in_the_recycle_bin_is_trashed(cloud: LocalCodeArts, look_up: LookUp, status: str) -> None:
    registry = cloud.add_registry("shop", status=status)
    seen = await look_up.once("shop", enough=in_use)
    # "delete" is shown in the live list.
    shown_by = cloud.calls[-1 if status == "trash" else 0]
    assert replace(seen, where="") == LookedUp(rows=[row_of(registry, trashed=True)], trace_id=shown_by.trace_id)
    assert seen.live == []


@pytest.mark.parametrize(("name", "kind"), [("my-shop", "docker2"), ("shop2", "docker2"), ("shop", "maven2")])
async def test_anything_but_a_docker_registry_with_this_name_is_absent(
    cloud: LocalCodeArts, look_up: LookUp, name: str, kind: str
) -> None:
    cloud.add_registry(name, format=kind)
    assert replace(await look_up.once("shop", enough=in_use), where="") == LookedUp()
    assert calls(cloud) == [False, True]


async def test_upper_and_lower_case_are_not_told_apart_but_the_spelling_is_kept(
    cloud: LocalCodeArts, look_up: LookUp
) -> None:
    for name in ("Shop", "shop", "SHOP"):
        cloud.add_registry(name)
    assert [row.name for row in (await look_up.once("sHOP", enough=in_use)).rows] == ["Shop", "shop", "SHOP"]


async def test_the_recycle_bin_is_asked_where_what_is_in_use_is_not_enough(
    cloud: LocalCodeArts, look_up: LookUp
) -> None:
    live, trashed = cloud.add_registry("shop"), cloud.add_registry("shop", status="trash")
    assert (await look_up.once("shop")).rows == [row_of(live)]
    seen = await look_up.once("shop", enough=lambda _seen: False)
    assert seen.rows == [row_of(live), row_of(trashed, trashed=True)]
    assert calls(cloud) == [False, False, True]


PROVEN = View(proven=True, certain=True, creator="registry-bot", witness="the-first")


async def test_what_is_known_of_the_list_is_kept_with_what_it_showed(look_up: LookUp) -> None:
    await look_up.views.shown("the-first", "registry-bot", certain=True)
    assert (await look_up.once("shop")).view == PROVEN


@pytest.mark.parametrize("status", ["active", "trash"])
async def test_an_absence_counts_as_long_as_the_list_shows_what_it_must(
    cloud: LocalCodeArts, look_up: LookUp, status: str
) -> None:
    await look_up.views.shown("the-first", "registry-bot", certain=True)
    witness = cloud.add_registry("the-first", status=status)
    assert (await look_up.once("shop", enough=in_use)).view == PROVEN
    cloud.registries.remove(witness)
    assert (await look_up.once("shop", enough=in_use)).view == replace(PROVEN, proven=False)
    # The next one that shows is the witness from then on; and the first one is again, should it come back.
    assert await look_up.views.current() == replace(PROVEN, missed=True)


class LongAgo(InProcessView):
    """The list has shown something, but not lately."""

    async def current(self) -> View:
        return replace(await super().current(), shown_at=0)


@pytest.mark.parametrize("shows", [True, False])
async def test_before_anything_is_sent_a_list_that_has_shown_nothing_for_a_while_is_asked_for_what_it_must_show(
    cloud: LocalCodeArts, codearts: CodeArts, durable: InProcess, shows: bool
) -> None:
    look_up = LookUp(codearts=codearts, views=LongAgo())
    await look_up.views.shown("the-first", "registry-bot", certain=True)
    cloud.add_registry("the-first").elsewhere = not shows
    seen = await look_up.before(durable, "shop")
    assert (seen.failed, seen.stopped_showing) == (False, not shows)
    assert calls(cloud) == [False, False, True][: 2 if shows else 3]


async def test_before_anything_is_sent_a_list_that_has_just_shown_it_is_not_asked_for_it(
    cloud: LocalCodeArts, look_up: LookUp, durable: InProcess
) -> None:
    await look_up.views.shown("the-first", "registry-bot", certain=True)
    assert not (await look_up.before(durable, "shop")).stopped_showing
    assert calls(cloud) == [False]


async def test_where_it_cannot_be_asked_for_the_witness_the_look_has_failed(
    cloud: LocalCodeArts, look_up: LookUp
) -> None:
    await look_up.views.shown("the-first", "registry-bot", certain=True)
    for _ in range(2):
        cloud.faults.add("list", Fault.slow(0))
    cloud.faults.add("list", Fault.answer(500), times=None)
    assert (await look_up.once("shop", enough=in_use)).failed


async def test_looks_at_different_lists_are_told_apart(look_up: LookUp, quick_settings: Settings) -> None:
    changed = {"codearts_project_id": "f" * 32}
    async with build_codearts(quick_settings.model_copy(update=changed)) as codearts:
        elsewhere = LookUp(codearts=codearts, views=InProcessView())
        assert elsewhere._where != look_up._where
        assert codearts.view_id not in elsewhere._where


@pytest.mark.parametrize(
    ("fault", "failed"),
    [
        (
            Fault.answer(503, {"error_msg": "busy", "error_code": "APIGW.0613", "request_id": "list-8"}),
            {"code": "APIGW.0613", "message": "busy", "status": 503, "trace_id": "list-8"},
        ),
        (
            Fault.answer(403, {"error_msg": "no right", "error_code": "CR.4102", "trace_id": "list-7"}),
            {"code": "CR.4102", "message": "no right", "status": 403, "trace_id": "list-7", "refused": True},
        ),
        (Fault.answer(200, "<html>"), {"code": Reason.ANSWER_UNREADABLE, "status": 200}),
        (Fault.answer(502, "<html>"), {"code": Reason.ANSWER_UNCLEAR, "status": 502}),
        (Fault.drop(), {"code": Reason.CONNECTION_BROKE}),
        (Fault.hang(), {"code": Reason.NO_ANSWER}),
    ],
    ids=["busy", "refused", "not JSON", "a proxy's", "lost", "silence"],
)
async def test_a_look_that_fails_says_why(
    cloud: LocalCodeArts, look_up: LookUp, fault: Fault, failed: dict[str, object]
) -> None:
    cloud.faults.add("list", fault, times=None)  # a GET may be repeated by the client
    assert await look_up.once("shop", enough=in_use) == LookedUp(failed=True, **failed)  # type: ignore[arg-type]


async def test_a_recycle_bin_that_cannot_be_read_is_a_look_that_failed(cloud: LocalCodeArts, look_up: LookUp) -> None:
    cloud.faults.add("list", Fault.slow(0))
    cloud.faults.add("list", Fault.answer(500))
    seen = await look_up.once("shop", enough=in_use)
    assert (seen.failed, seen.rows, seen.code) == (True, [], Reason.ANSWER_UNCLEAR)


async def test_the_first_look_does_not_ask_for_the_recycle_bin(
    cloud: LocalCodeArts, look_up: LookUp, durable: InProcess
) -> None:
    cloud.add_registry("shop", status="trash")
    assert replace(await look_up.before(durable, "shop"), where="") == LookedUp()
    assert calls(cloud) == [False]


async def test_without_the_ids_the_first_look_fails_without_a_call(
    cloud: LocalCodeArts, quick_settings: Settings, durable: InProcess
) -> None:
    async with build_codearts(quick_settings.model_copy(update={"codearts_project_id": None})) as codearts:
        look_up = LookUp(codearts=codearts, views=InProcessView())
        assert not look_up.possible
        seen = await look_up.before(durable, "shop")
    assert seen == LookedUp(failed=True, refused=True, code=Reason.LIST_IDS_MISSING)
    assert cloud.calls == []


async def test_a_look_that_crashes_counts_as_one_that_failed(look_up: LookUp) -> None:
    class Crashing(InProcess):
        async def step(self, *_args: Any, **_kwargs: Any) -> Any:
            raise StepCrashed("R-22222")

    durable = Crashing(reference="R-22222")
    failed = LookedUp(failed=True, code=Reason.STEP_CRASHED)
    assert (await look_up.before(durable, "shop"), await look_up.again(durable, "shop", enough=in_use)) == (
        failed,
        failed,
    )
