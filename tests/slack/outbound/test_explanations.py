"""Why a message went elsewhere, and what its reader can do about it."""

import pytest

from bot.slack.codes import TOKEN_WRONG
from bot.slack.outbound.explanations import elsewhere
from bot.slack.outbound.results import Route

EVERY_WHY = [
    *("not_in_channel", "channel_not_found", "is_archived", "restricted_action", "restricted_action_read_only_channel"),
    *("app_access_restricted", "something_new", "gave_up", *sorted(TOKEN_WRONG)),
]
PLACES = ["C0SECRET00", "G0SECRET00", "D0BETWEEN0", "U0BENOKORO"]


def told(*, why: str, channel: str = "C1", route: Route = "direct_message") -> str:
    return elsewhere(channel=channel, why=why, route=route, bot="<@UBOT>", reference="R-7K2F9")


@pytest.mark.parametrize(
    ("why", "fix"),
    [
        (
            "not_in_channel",
            "I am not a member there. To let me post there myself next time, type /invite <@UBOT> in that",
        ),
        (
            "channel_not_found",
            "I am not a member there. To let me post there myself next time, type /invite <@UBOT> in that",
        ),
        ("is_archived", "That channel is archived: choose another one next time."),
        ("restricted_action", "ask a workspace admin"),
        ("restricted_action_read_only_channel", "ask a workspace admin"),
        (
            "ekm_access_denied",
            "This workspace does not let me post there at the moment: tell the people who run this bot",
        ),
        ("accesslimited", "This workspace does not let me post there at the moment: tell the people who run this bot"),
        ("missing_scope", "I lack a permission that posting there needs: tell the people who run this bot and quote"),
        ("app_access_restricted", "An administrator of this workspace has limited who may use this bot: ask them"),
        (
            "token_revoked",
            "not connected to your workspace any more: tell the people who run this bot and quote R-7K2F9.",
        ),
        ("account_inactive", "not connected to your workspace any more: tell the people who run this bot"),
        ("something_new", "Choose another channel next time. If that fails too, tell the people who run this bot and"),
    ],
)
def test_the_requester_is_told_why_and_what_to_do(why: str, fix: str) -> None:
    assert fix in told(why=why)


@pytest.mark.parametrize("route", ["response_url", "direct_message"])
@pytest.mark.parametrize("channel", PLACES)
@pytest.mark.parametrize("why", EVERY_WHY)
def test_no_code_and_no_placeholder_is_in_what_is_told(why: str, channel: str, route: Route) -> None:
    words = told(why=why, channel=channel, route=route)
    assert why not in words
    assert "_" not in words
    assert "{" not in words


@pytest.mark.parametrize("why", EVERY_WHY)
def test_what_was_posted_through_the_form_is_not_said_to_have_failed(why: str) -> None:
    words = told(why=why, route="response_url")
    assert words.startswith("The result in <#C1> was posted through your form, because I could not post it myself. ")
    assert "I could not post the result" not in words


@pytest.mark.parametrize("why", EVERY_WHY)
@pytest.mark.parametrize("channel", [place for place in PLACES if place[0] in "DU"])
def test_nobody_is_asked_to_invite_the_bot_into_a_direct_message(why: str, channel: str) -> None:
    words = told(why=why, channel=channel)
    assert "/invite" not in words
    assert f"<#{channel}>" not in words  # Slack shows no name for it


@pytest.mark.parametrize("channel", [place for place in PLACES if place[0] in "DU"])
def test_in_a_direct_message_a_channel_is_advised(channel: str) -> None:
    assert "choose a channel next time" in told(why="channel_not_found", channel=channel, route="response_url")


def test_a_code_from_slack_cannot_ping_anybody() -> None:
    assert "<!here>" not in told(why="something_new<!here>")
