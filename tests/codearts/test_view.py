"""What the list has been seen to show, and what follows from each registry that shows or does not."""

from dataclasses import replace

import pytest

from bot.codearts.view import InProcessView, View

NOTHING = View()
LIKELY = View(proven=True, creator="bot", witness="shop")
CERTAIN = View(proven=True, certain=True, creator="bot", witness="shop")
MISSED = View(missed=True)


def test_at_first_nothing_is_proven() -> None:
    assert View() == View(proven=False, certain=False, missed=False, creator=None, witness=None)


@pytest.mark.parametrize(
    ("before", "creator", "certain", "after"),
    [
        (NOTHING, "bot", False, LIKELY),
        (NOTHING, "bot", True, CERTAIN),
        (LIKELY, "bot", True, CERTAIN),
        (LIKELY, None, False, LIKELY),
        (CERTAIN, "bot", False, CERTAIN),
        (CERTAIN, None, True, CERTAIN),
        (MISSED, "bot", False, MISSED),
        (MISSED, "bot", True, CERTAIN),
        (
            View(proven=True, certain=True),
            "other",
            True,
            View(proven=True, certain=True, creator="other", witness="shop"),
        ),
        # Somebody may have replaced ours at once: what is certain is not given up for what is likely.
        (View(proven=True, certain=True), "other", False, View(proven=True, certain=True)),
    ],
    ids=str,
)
def test_a_registry_that_shows_proves_the_list_and_tells_who_makes_ours(
    before: View, creator: str | None, certain: bool, after: View
) -> None:
    assert before.shown("shop", creator, certain=certain) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NOTHING, MISSED),
        (LIKELY, MISSED),
        (MISSED, MISSED),
        (CERTAIN, replace(CERTAIN, missed=True, witness="later")),
    ],
)
def test_a_registry_that_does_not_show_takes_back_what_was_only_likely_and_else_has_to_show_later(
    before: View, after: View
) -> None:
    assert before.not_shown("later") == after


def test_the_last_confirmed_registry_that_showed_is_the_witness() -> None:
    late = CERTAIN.not_shown("later")
    assert late.shown("last", None, certain=False) == late
    assert late.shown("last", None, certain=True) == replace(CERTAIN, witness="last")


@pytest.mark.parametrize("before", [LIKELY, CERTAIN])
def test_a_creator_that_is_doubted_is_unknown_and_the_list_as_proven_as_before(before: View) -> None:
    after = before.creator_doubted()
    assert (after.creator, after.proven, after.certain) == (None, True, before.certain)


async def test_a_process_remembers_it_as_long_as_it_lives() -> None:
    memory = InProcessView()
    await memory.shown("shop", "bot", certain=False)
    assert await memory.current() == LIKELY
    await memory.not_shown("shop")
    assert await memory.current() == MISSED
    await memory.shown("shop", "bot", certain=True)
    await memory.creator_doubted()
    memory.warn()
    assert await memory.current() == View(proven=True, certain=True, witness="shop")
