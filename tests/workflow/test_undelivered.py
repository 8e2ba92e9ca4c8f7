"""The outcomes that found no way to anybody: how many there are, and why."""

from bot.workflow.undelivered import Undelivered


async def test_where_everything_was_told_there_is_nothing_to_say() -> None:
    assert await Undelivered().why_not_ready() == []


async def test_each_request_counts_once_and_each_reason_is_named_once() -> None:
    undelivered = Undelivered()
    undelivered.add("a", "token_revoked")
    undelivered.add("b", "is_archived")
    undelivered.add("c", "token_revoked")
    undelivered.add("a", "token_revoked")
    assert await undelivered.why_not_ready() == ["3 outcome(s) not announced yet (is_archived, token_revoked)"]


async def test_the_latest_reason_of_a_request_counts() -> None:
    undelivered = Undelivered()
    undelivered.add("a", "token_revoked")
    undelivered.add("a", "is_archived")
    assert await undelivered.why_not_ready() == ["1 outcome(s) not announced yet (is_archived)"]


async def test_what_was_told_or_given_up_is_forgotten_and_what_was_never_there_is_no_matter() -> None:
    undelivered = Undelivered()
    undelivered.add("a", "token_revoked")
    undelivered.discard("b")
    undelivered.discard("a")
    assert await undelivered.why_not_ready() == []
