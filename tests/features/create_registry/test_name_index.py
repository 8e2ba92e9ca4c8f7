"""The names that are taken: without case, refreshed in the background, and never a reason to fail."""

import asyncio

import pytest

from bot.codearts.client import CodeArts
from bot.features.create_registry import name_index
from bot.features.create_registry.name_index import NameIndex
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault


@pytest.fixture(autouse=True)
def always_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_index, "_FRESH_SECONDS", 0.0)


@pytest.fixture
def index(codearts: CodeArts) -> NameIndex:
    return NameIndex(codearts.docker_names)


async def refreshed(index: NameIndex) -> None:
    index.refresh_soon()
    assert index._refreshing is not None
    await index._refreshing


async def test_it_is_empty_until_it_was_read(cloud: LocalCodeArts, index: NameIndex) -> None:
    cloud.add_registry("Payments")
    assert index.taken("payments") is None
    await refreshed(index)
    assert [index.taken(name) for name in ("payments", "PAYMENTS", "Payments", "payment")] == ["Payments"] * 3 + [None]


async def test_what_cannot_be_looked_up_is_not_read_and_what_was_created_is_known_all_the_same() -> None:
    index = NameIndex(None)
    index.refresh_soon()
    index.add("Shop")
    assert (index.taken("shop"), index.taken("other")) == ("Shop", None)


async def test_what_was_freed_is_free_after_the_next_refresh(cloud: LocalCodeArts, index: NameIndex) -> None:
    registry = cloud.add_registry("shop")
    await refreshed(index)
    registry.status = "trash"
    assert index.taken("shop") == "shop"
    await refreshed(index)
    assert index.taken("shop") is None


async def test_what_is_created_while_the_list_is_read_is_not_lost(cloud: LocalCodeArts, index: NameIndex) -> None:
    cloud.faults.add("list_all", Fault.slow(0.1))
    index.refresh_soon()
    await cloud.wait_for(lambda: bool(cloud.calls))
    index.add("Shop")
    await refreshed_already(index)
    assert index.taken("shop") == "Shop"


async def test_what_was_just_created_stays_taken_while_the_list_lags_but_not_for_ever(
    cloud: LocalCodeArts, index: NameIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add("Shop")
    for _ in range(3):
        await refreshed(index)
        assert index.taken("shop") == "Shop"
    monkeypatch.setattr(name_index, "_LAG_SECONDS", 0.0)
    await refreshed(index)
    assert index.taken("shop") is None


async def test_what_has_shown_is_free_as_soon_as_it_is_deleted(cloud: LocalCodeArts, index: NameIndex) -> None:
    index.add("Shop")
    registry = cloud.add_registry("Shop")
    await refreshed(index)
    registry.status = "trash"
    await refreshed(index)
    assert index.taken("shop") is None


async def refreshed_already(index: NameIndex) -> None:
    assert index._refreshing is not None
    await index._refreshing


@pytest.mark.parametrize(
    "fault", [Fault.answer(503), Fault.drop(), Fault.answer(200, "[]")], ids=["503", "reset", "junk"]
)
async def test_a_list_that_fails_leaves_the_index_as_it_was(
    cloud: LocalCodeArts, index: NameIndex, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.add_registry("shop")
    await refreshed(index)
    cloud.faults.add("list_all", fault, times=None)
    await refreshed(index)
    assert index.taken("shop") == "shop"
    assert "could not be read" in caplog.text


async def test_it_is_read_once_at_a_time(cloud: LocalCodeArts, index: NameIndex) -> None:
    cloud.faults.add("list_all", Fault.slow(0.05))
    for _ in range(5):
        index.refresh_soon()
        await asyncio.sleep(0)
    await refreshed_already(index)
    assert len(cloud.calls) == 1


async def test_what_was_just_read_is_not_read_again(
    cloud: LocalCodeArts, index: NameIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_index, "_FRESH_SECONDS", 60.0)
    await refreshed(index)
    index.refresh_soon()
    await refreshed_already(index)
    assert len(cloud.calls) == 1
