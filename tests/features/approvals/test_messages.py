"""The approvers in a sentence: all of them, or the first ones of many."""

from bot.features.approvals.messages import mentions


def test_people_and_groups_are_mentioned() -> None:
    assert mentions(("U1", "S2", "W3")) == "<@U1>, <!subteam^S2>, <@W3>"
    assert mentions(()) == "nobody at the moment"


def test_many_are_counted_so_that_the_sentence_fits_into_a_section() -> None:
    said = mentions([f"U{number:010d}" for number in range(500)])
    assert said.endswith(" and 480 more")
    assert len(said) < 1000
