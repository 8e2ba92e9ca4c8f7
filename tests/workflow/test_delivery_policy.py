"""How long an outcome is told again: as the policy says, and not for ever."""

from itertools import islice

from bot.workflow.delivery_policy import DeliveryPolicy


def test_the_pauses_are_made_in_turn_and_the_last_one_again_and_again() -> None:
    policy = DeliveryPolicy(pauses=(1, 2, 5), give_up_after=3600)
    assert list(islice(policy, 6)) == [1, 2, 5, 5, 5, 5]


def test_it_ends_with_the_pause_in_which_the_time_is_over() -> None:
    assert list(DeliveryPolicy(pauses=(1, 2, 5), give_up_after=10)) == [1, 2, 5, 5]


def test_without_any_time_nothing_is_repeated() -> None:
    assert list(DeliveryPolicy(give_up_after=0)) == []


def test_by_default_it_keeps_trying_for_a_day_and_the_first_repeats_come_soon() -> None:
    pauses = list(DeliveryPolicy())
    assert pauses[:5] == [1, 2, 5, 15, 60]
    assert 24 * 3600 <= sum(pauses) <= 25 * 3600
