"""Whose a registry is, and what that proves: every combination of what a list may show."""

from dataclasses import replace
from typing import Any

import pytest

from bot.codearts.view import InProcessView, View
from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created
from bot.features.create_registry.confirmed import learn
from bot.features.create_registry.evidence import (
    CreateCall,
    Owner,
    another_creator,
    confirmed_row,
    doubled,
    may_be_in_use,
    owner,
    settle,
    stood_before,
)
from bot.features.create_registry.look_up import LookedUp, Row

US, OTHER = "bot", "mallory"
USER_ID, OTHER_ID = "0a1b2c3d4e5f60718293a4b5c6d7e8f9", "f" * 32


def row(**fields: Any) -> Row:
    return Row(**({"id": "1", "name": "shop", "address": "https://a.example/1/"} | fields))


def seen(*rows: Row, creator: str | None = US, proven: bool = True) -> LookedUp:
    return LookedUp(rows=list(rows), view=View(proven=proven, creator=creator), trace_id="list-1")


def asked(**fields: Any) -> CreateCall:
    return CreateCall(**({"name": "shop", "description": "ours", "older": frozenset({"0"})} | fields))


OURS, THEIRS, UNKNOWN = row(creator=US), row(id="2", creator=OTHER), row(id="3")


# ---- before anything was sent ----


@pytest.mark.parametrize(
    ("rows", "marked", "kind", "message"),
    [
        pytest.param([], True, None, None, id="nothing"),
        pytest.param([row(description="ours")], True, "created", None, id="made by this request, after the backup"),
        pytest.param([row(description="ours")], False, "refused", None, id="like ours, and no reference in it"),
        pytest.param([row(description="theirs")], True, "refused", None, id="somebody else's"),
        pytest.param([row(name="Shop", description="ours")], True, "refused", "Shop", id="spelt otherwise"),
    ],
)
def test_what_existed_before_is_somebody_elses_unless_it_bears_the_reference(
    rows: list[Row], marked: bool, kind: str | None, message: str | None
) -> None:
    before = seen(*rows)
    asked = CreateCall.after(before, name="shop", description="ours", marked=marked)
    known = stood_before(asked, before)
    assert (known and known.kind, getattr(known, "message", None)) == (kind, message)


# ---- whose it is ----


@pytest.mark.parametrize(
    ("sent", "shown", "creator", "known", "expected"),
    [
        # description sent, description shown, its creator, our creator
        ("ours", "ours", US, US, Owner.OURS),
        ("ours", "ours", None, US, Owner.OURS),
        ("ours", "ours", US, None, Owner.OURS),
        ("ours", None, US, US, Owner.OURS),
        (None, None, US, US, Owner.OURS),
        ("two\nlines ", "two lines", None, None, Owner.OURS),
        ("ours", "ours", OTHER, US, Owner.SOMEBODY_ELSE),
        ("ours", "theirs", US, US, Owner.SOMEBODY_ELSE),
        ("ours", "theirs", None, None, Owner.SOMEBODY_ELSE),
        (None, "theirs", US, US, Owner.SOMEBODY_ELSE),
        (None, None, OTHER, US, Owner.SOMEBODY_ELSE),
        ("ours", None, OTHER, US, Owner.SOMEBODY_ELSE),
        ("ours", None, US, None, Owner.UNKNOWN),
        ("ours", None, None, US, Owner.UNKNOWN),
        (None, None, None, None, Owner.UNKNOWN),
        (None, "  ", OTHER, None, Owner.UNKNOWN),
        # The list shows the user's id, or its name where it has no id.
        (None, None, USER_ID, USER_ID, Owner.OURS),
        (None, None, OTHER_ID, USER_ID, Owner.SOMEBODY_ELSE),
        (None, None, US, USER_ID, Owner.UNKNOWN),
        (None, None, USER_ID, US, Owner.UNKNOWN),
        ("ours", "ours", OTHER, USER_ID, Owner.OURS),
    ],
)
def test_it_is_ours_if_something_speaks_for_it_and_nothing_against_it(
    sent: str | None, shown: str | None, creator: str | None, known: str | None, expected: Owner
) -> None:
    registry = row(description=shown, creator=creator)
    assert owner(asked(description=sent), registry, creator=known) is expected


@pytest.mark.parametrize(
    ("shown", "creator", "expected"),
    [
        ("ours · R-7K2F9", OTHER, Owner.OURS),
        ("ours · R-22222", US, Owner.SOMEBODY_ELSE),
        (None, US, Owner.OURS),
        (None, None, Owner.UNKNOWN),
    ],
)
def test_a_description_with_the_reference_decides_alone(
    shown: str | None, creator: str | None, expected: Owner
) -> None:
    marked = asked(description="ours · R-7K2F9", marked=True)
    assert owner(marked, row(description=shown, creator=creator), creator=US) is expected


def test_only_what_appeared_under_exactly_this_name_counts() -> None:
    rows = [row(id="0"), row(name="Shop"), row(id="4")]
    assert [each.id for each in asked().appeared(seen(*rows))] == ["4"]
    assert [each.id for each in asked(older=None).appeared(seen(*rows))] == ["0", "4"]


def test_what_stood_there_before_is_known_unless_the_look_failed() -> None:
    before = seen(row(id="7"))
    assert CreateCall.after(before, name="shop", description=None).older == frozenset({"7"})
    assert CreateCall.after(LookedUp(failed=True), name="shop", description=None).older is None


# ---- the result of a call whose answer was lost ----


def thrown_away(registry: Row) -> Row:
    return row(id=registry.id, creator=registry.creator, trashed=True)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], None),
        ([THEIRS], Reason.TAKEN_MEANWHILE),
        ([UNKNOWN], Reason.OWNER_UNKNOWN),
        ([THEIRS, UNKNOWN], Reason.OWNER_UNKNOWN),
        ([thrown_away(OURS)], Reason.IN_RECYCLE_BIN),
        ([thrown_away(UNKNOWN)], Reason.IN_RECYCLE_BIN),
        ([thrown_away(THEIRS)], None),
        ([THEIRS, thrown_away(OURS)], Reason.IN_RECYCLE_BIN),
        ([row(name="Shop", creator=US)], None),
        ([row(id="0", creator=US)], None),
    ],
    ids=str,
)
def test_without_a_registry_of_ours_it_is_not_created(rows: list[Row], code: Reason | None) -> None:
    result = settle(asked(), seen(*rows), trace_id=None)
    assert (result.code if isinstance(result, Refused | InDoubt) else result) == code
    assert isinstance(result, Refused) == (code == Reason.TAKEN_MEANWHILE)


@pytest.mark.parametrize("rows", [[OURS], [THEIRS, OURS], [OURS, UNKNOWN, THEIRS]], ids=len)
@pytest.mark.parametrize(("trace_id", "told", "of_lookup"), [(None, "list-1", True), ("create-1", "create-1", False)])
def test_one_of_ours_was_created_with_its_address(
    rows: list[Row], trace_id: str | None, told: str, of_lookup: bool
) -> None:
    expected = Created(
        trace_id=told,
        confirmed_by_lookup=True,
        trace_of_lookup=of_lookup,
        address="https://a.example/1/",
        registry_id=OURS.id,
        creator=OURS.creator,
    )
    assert settle(asked(), seen(*rows), trace_id=trace_id) == expected


@pytest.mark.parametrize("registry", [OURS, UNKNOWN])
def test_where_nobody_could_look_before_it_may_be_older(registry: Row) -> None:
    result = settle(asked(older=None), seen(registry), trace_id=None)
    assert result == InDoubt(code=Reason.PERHAPS_OLDER, trace_id="list-1")


def test_where_nobody_could_look_before_somebody_elses_is_taken_all_the_same() -> None:
    assert isinstance(settle(asked(older=None), seen(THEIRS), trace_id=None), Refused)


def test_where_nobody_could_look_before_the_reference_is_certain() -> None:
    marked = asked(older=None, description="R-7K2F9", marked=True)
    assert isinstance(settle(marked, seen(row(description="R-7K2F9")), trace_id=None), Created)


@pytest.mark.parametrize(
    ("rows", "enough"), [([OURS], True), ([UNKNOWN], True), ([THEIRS], False), ([], False)], ids=str
)
def test_the_recycle_bin_is_of_interest_only_where_none_in_use_can_be_ours(rows: list[Row], enough: bool) -> None:
    assert may_be_in_use(asked(), seen(*rows, thrown_away(OURS))) is enough


# ---- what CodeArts confirmed ----


@pytest.mark.parametrize(
    ("rows", "older", "found"),
    [
        ([OURS], frozenset(), "1"),
        ([UNKNOWN], frozenset(), "3"),
        ([OURS, UNKNOWN], frozenset(), "1"),
        ([THEIRS], frozenset(), None),
        ([UNKNOWN, row(id="4")], frozenset(), None),
        ([THEIRS, UNKNOWN], frozenset(), "3"),
        ([thrown_away(OURS)], frozenset(), None),
        ([], frozenset(), None),
        ([OURS], None, "1"),
        ([OURS, row(id="4", creator=US)], None, None),
        ([UNKNOWN], None, None),
    ],
    ids=str,
)
def test_a_confirmed_registry_is_the_one_that_nothing_speaks_against(
    rows: list[Row], older: frozenset[str] | None, found: str | None
) -> None:
    registry = confirmed_row(asked(older=older), seen(*rows))
    assert (registry.id if registry else None) == found


async def test_a_confirmed_registry_proves_the_list_and_tells_who_makes_ours() -> None:
    views = InProcessView()
    described = row(creator=US, description="ours")
    assert await learn(views, asked(), seen(described, creator=None, proven=False)) == described
    assert await views.current() == View(proven=True, certain=True, creator=US, witness="shop")


async def test_without_a_description_it_proves_the_list_until_one_does_not_show() -> None:
    views = InProcessView()
    anonymous = row(creator=US)
    assert await learn(views, asked(description=None), seen(anonymous, creator=None, proven=False)) == anonymous
    assert await views.current() == View(proven=True, creator=US, witness="shop")
    assert await learn(views, asked(), seen(creator=US)) is None
    assert await views.current() == View(missed=True)
    # It may be somebody else's of the same name in another project; its address is told all the same.
    assert await learn(views, asked(description=None), seen(anonymous, creator=None, proven=False)) == anonymous
    assert await views.current() == View(missed=True)
    await learn(views, asked(), seen(row(creator=US, description="ours"), creator=None, proven=False))
    assert await views.current() == View(proven=True, certain=True, creator=US, witness="shop")


@pytest.mark.parametrize(
    "look", [LookedUp(failed=True), seen(row(trashed=True)), seen(row(id="4", creator=OTHER), row())]
)
async def test_a_look_that_tells_nothing_about_it_changes_nothing(look: LookedUp) -> None:
    views = InProcessView()
    await views.shown("the-first", US, certain=False)
    await learn(views, asked(), look)
    assert replace(await views.current(), witness=None) == View(proven=True, creator=US)


DESCRIBED = row(id="2", creator=OTHER, description="ours")


@pytest.mark.parametrize(
    ("rows", "likely", "certain"),
    [
        # whether it takes back what is known of ours, where that is likely, and where it is certain
        ([THEIRS], True, False),
        ([DESCRIBED], True, True),
        ([DESCRIBED, thrown_away(OURS)], False, False),
        ([THEIRS, thrown_away(OURS)], False, False),
        ([THEIRS, thrown_away(row(id="4", creator=OTHER))], True, False),
        ([], False, False),
        ([OURS, THEIRS], False, False),
        ([THEIRS, row(id="4", creator=OTHER)], False, False),
        ([row(id="2", creator=OTHER, description="theirs")], False, False),
        ([thrown_away(THEIRS)], False, False),
    ],
    ids=str,
)
async def test_one_by_another_user_in_its_place_takes_back_what_is_known_of_ours_unless_ours_was_replaced(
    rows: list[Row], likely: bool, certain: bool
) -> None:
    for proof, doubted in ((False, likely), (True, certain)):
        views = InProcessView()
        await views.shown("the-first", US, certain=proof)
        look = replace(seen(*rows), view=await views.current())
        assert another_creator(asked(), look) is doubted
        await learn(views, asked(), look)
        after = await views.current()
        assert after.creator == (None if doubted or not (rows or proof) else US)
        assert after.missed is (not rows or (doubted and not proof))


# ---- another list ----


def test_what_stood_in_another_list_says_nothing_of_this_one() -> None:
    before = LookedUp(rows=[row(id="0")], where="here")
    mine = CreateCall.after(before, name="shop", description="ours")
    there = replace(seen(OURS), where="there")
    assert isinstance(settle(mine, replace(there, where="here"), trace_id=None), Created)
    result = settle(mine, there, trace_id=None)
    assert isinstance(result, InDoubt)
    assert result.code == Reason.PERHAPS_OLDER
    assert doubled(mine, replace(seen(OURS, row(id="4", creator=US)), where="there")) == []


def test_where_the_list_had_stopped_showing_before_what_stood_there_is_not_known() -> None:
    before = LookedUp(view=View(proven=False, certain=True, creator=US, witness="the-first"))
    result = settle(CreateCall.after(before, name="shop", description="ours"), seen(OURS), trace_id=None)
    assert isinstance(result, InDoubt)
    assert result.code == Reason.PERHAPS_OLDER


def test_whether_there_is_a_list_to_ask_is_known_from_the_first_look() -> None:
    unasked = LookedUp(failed=True, refused=True, code=Reason.LIST_IDS_MISSING)
    assert not CreateCall.after(unasked, name="shop", description=None).looked_up
    assert CreateCall.after(LookedUp(failed=True, code=Reason.NO_ANSWER), name="shop", description=None).looked_up


# ---- applied twice ----


@pytest.mark.parametrize(
    ("rows", "fields", "ids"),
    [
        ([OURS, row(id="4", creator=US)], {}, "14"),
        ([OURS, UNKNOWN], {}, "13"),
        ([UNKNOWN, row(id="4")], {}, "34"),
        ([OURS, THEIRS], {}, ""),
        ([OURS, thrown_away(UNKNOWN)], {}, ""),
        ([OURS], {}, ""),
        ([OURS, row(id="4", creator=US)], {"older": None}, ""),
        ([OURS, row(id="4", creator=US)], {"older": None, "marked": True}, "14"),
        ([OURS, UNKNOWN], {"marked": True}, ""),
    ],
    ids=str,
)
def test_two_registries_of_one_request_are_noticed(rows: list[Row], fields: dict[str, Any], ids: str) -> None:
    assert "".join(each.id for each in doubled(asked(**fields), seen(*rows))) == ids
