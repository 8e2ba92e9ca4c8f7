"""Several installations in one workspace: each has its own command, and its own label under what it says."""

import json
from collections.abc import AsyncIterator, Callable

import pytest

from bot.app import Service
from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.people import ask_for, open_form, outcome_of, words
from tests.support.running import BOT_TOKEN, SIGNING_SECRET, running_bot

COMMAND, LABEL, ESCAPED = "/kube-registry", "Test <&> only", "Test &lt;&amp;&gt; only"
PREVIOUS = "0" * 32


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, command=COMMAND) as server:
        yield server


@pytest.fixture
async def bot(settings: Callable[..., Settings], slack: LocalSlack) -> AsyncIterator[Service]:
    mine = settings(
        COMMAND=COMMAND, LABEL=LABEL, NOTIFY_CHANNELS=company.PLATFORM, SLACK_SIGNING_SECRET_PREVIOUS=PREVIOUS
    )
    async with running_bot(mine, slack) as service:
        yield service


def posted(slack: LocalSlack) -> list[dict[str, object]]:
    methods = {"chat.postMessage", "chat.update", "response_url"}
    return [each.args for each in slack.calls if each.method in methods]


@pytest.mark.parametrize("refused", [False, True])
async def test_the_label_is_under_everything_that_is_posted(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, refused: bool
) -> None:
    if refused:  # with a reply in the thread, which has no layout
        cloud.faults.add("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"}))
    await ask_for(slack, "shop")
    await outcome_of(slack, "shop")
    await slack.wait_for(lambda: len(posted(slack)) == (3 if refused else 2))
    for args in posted(slack):
        assert str(args["text"]).endswith(f"\n{ESCAPED}")
        if args.get("blocks"):
            blocks = args["blocks"] if isinstance(args["blocks"], list) else json.loads(str(args["blocks"]))
            assert blocks[-1] == {
                "type": "context",
                "elements": [{"type": "plain_text", "text": LABEL, "emoji": False}],
            }


async def test_every_word_of_the_command_is_answered_under_its_own_name(bot: Service, slack: LocalSlack) -> None:
    for typed in ("help", "list", "list mine", "status", "status nothing-of-it"):
        delivery = await slack.command(typed)
        assert delivery.error is None
        assert "/create-registry" not in str(delivery)
    assert f"{COMMAND} status" in str(await slack.command("help"))
    assert f"*{COMMAND}* opens a form" in str(await slack.command("help"))
    view = slack.views[await open_form(slack, "stauts shop")]
    assert f"If you meant {COMMAND} status" in json.dumps(view.view, ensure_ascii=False)
    await slack.open_home()
    await slack.wait_for(lambda: company.ANA in slack.homes)
    assert f"type {COMMAND} in any channel" in json.dumps(slack.homes[company.ANA].view)


async def test_the_name_that_the_command_had_is_nobodys(bot: Service, slack: LocalSlack) -> None:
    assert (await slack.command("shop", command="/create-registry")).status == 404


async def test_a_request_that_is_signed_with_either_secret_is_taken_and_with_a_third_is_not(
    bot: Service, slack: LocalSlack
) -> None:
    body, stamp = slack.command_body("help"), str(int(slack.workspace.clock()))
    statuses = []
    for secret in (SIGNING_SECRET, PREVIOUS, "f" * 32):
        signed = LocalSlack(signing_secret=secret, bot_token=BOT_TOKEN).sign(body, stamp)
        statuses.append((await slack.deliver_raw(body, timestamp=stamp, signature=signed)).status)
    assert statuses == [200, 200, 401]


async def test_an_old_request_with_the_previous_secret_tells_that_the_clock_is_off(
    bot: Service, slack: LocalSlack, caplog: pytest.LogCaptureFixture
) -> None:
    body, stamp = slack.command_body("help"), str(int(slack.workspace.clock()) - 700)
    signed = LocalSlack(signing_secret=PREVIOUS, bot_token=BOT_TOKEN).sign(body, stamp)
    assert (await slack.deliver_raw(body, timestamp=stamp, signature=signed)).status == 401
    assert "set the clock" in caplog.text


async def test_a_message_that_was_labelled_keeps_its_label_when_it_changes(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.slow(1.0))
    await ask_for(slack, "slow-shop")
    message = await outcome_of(slack, "slow-shop")
    shown = [*(text for text, _ in message.history), message.text]
    assert len(shown) > 1
    assert all(text.endswith(ESCAPED) for text in shown)
    assert words(message).count(LABEL) == 1
