"""Why a message went elsewhere, and what its reader can do about it."""

import pytest

from bot.slack.outbound.explanations import elsewhere


@pytest.mark.parametrize(
    ("why", "fix"),
    [
        ("not_in_channel", "To let me, type /invite <@UBOT> there."),
        ("channel_not_found", "To let me, type /invite <@UBOT> there."),
        ("is_archived", "That channel is archived"),
        ("restricted_action", "ask a workspace admin"),
        ("restricted_action_read_only_channel", "ask a workspace admin"),
        ("something_new", "Choose another channel next time"),
    ],
)
def test_the_requester_is_told_why_and_what_to_do(why: str, fix: str) -> None:
    told = elsewhere(channel="C1", why=why, bot="<@UBOT>")
    assert told.startswith(f"I could not post in <#C1> ({why}). ")
    assert fix in told
    assert "{" not in told


def test_a_code_cannot_ping_anybody() -> None:
    told = elsewhere(channel="C1", why="something_new<!here>", bot="<@UBOT>")
    assert "(something_new&lt;!here&gt;)" in told
    assert "<!here>" not in told
