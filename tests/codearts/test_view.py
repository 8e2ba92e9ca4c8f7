"""What the list has been seen to show, for as long as a process lives."""

from bot.codearts.view import InProcessView, View


async def test_at_first_nothing_is_proven() -> None:
    assert await InProcessView().current() == View(proven=False, creator=None)


async def test_it_is_proven_by_one_registry_of_ours_and_its_creator_is_learned() -> None:
    view = InProcessView()
    await view.prove("bot")
    assert await view.current() == View(proven=True, creator="bot")


async def test_a_list_that_shows_no_creator_takes_nothing_from_what_is_known() -> None:
    view = InProcessView()
    await view.prove("bot")
    await view.prove(None)
    assert await view.current() == View(proven=True, creator="bot")


async def test_a_creator_that_is_doubted_is_unknown_until_the_next_proof() -> None:
    view = InProcessView()
    await view.doubt_creator()
    assert await view.current() == View()
    await view.prove("bot")
    await view.doubt_creator()
    assert await view.current() == View(proven=True, creator=None)
    await view.prove("other")
    assert await view.current() == View(proven=True, creator="other")
