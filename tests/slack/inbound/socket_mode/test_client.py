"""Commands and forms over Socket Mode, and everything that can happen to a connection meanwhile."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from bot.playground.faults import Fault
from bot.playground.slack.records import Delivery
from bot.playground.slack.server import LocalSlack
from bot.slack.inbound.answers import Accept, Answer
from bot.slack.inbound.socket_mode.client import SocketModeClient
from tests.slack.conftest import SESSION_SECONDS
from tests.slack.inbound.socket_mode.conftest import (
    APP_TOKEN,
    OPENED,
    Connect,
    NewClient,
    attempts,
    is_down,
    until_down,
    until_up,
)
from tests.slack.lunch import COMMAND, Lunch, dish, open_form
from tests.support.running import BOT_TOKEN


class SlowKitchen:
    """A handler that has begun, and continues when it is told to."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()

    async def __call__(self, _payload: Any) -> Answer:
        self.begun.set()
        await self.go_on.wait()
        return Accept()


@pytest.fixture
def kitchen(lunch: Lunch) -> SlowKitchen:
    """What handles forms now."""
    lunch.on_form = kitchen = SlowKitchen()
    return kitchen


async def submitted(slack: LocalSlack, kitchen: SlowKitchen) -> tuple[str, asyncio.Task[Delivery]]:
    """A form whose handler has begun: its id, and what waits for the answer."""
    view_id = await open_form(slack)
    asking = asyncio.create_task(slack.submit(view_id, dish()))
    await asyncio.wait_for(kitchen.begun.wait(), 10)
    return view_id, asking


async def order_works(slack: LocalSlack) -> None:
    view_id = await open_form(slack)
    assert (await slack.submit(view_id, dish())).error is None
    assert not slack.views[view_id].open


async def command_works(slack: LocalSlack) -> None:
    assert (await slack.command("for two", command=COMMAND)).error is None


def connected_again(slack: LocalSlack) -> Callable[[], bool]:
    """Whether the one connection was made after now."""
    before = attempts(slack)
    return lambda: attempts(slack) > before and slack.sockets.count == 1


# ---- the way of a request ----


async def test_a_form_is_opened_by_a_command_and_closed_by_its_submission(
    slack: LocalSlack, lunch: Lunch, connect: Connect
) -> None:
    await connect()
    view_id = await open_form(slack)
    answer = await slack.submit(view_id, dish("stew"))
    assert (answer.error, answer.json, slack.views[view_id].open) == (None, None, False)
    assert [order.view.id for order in lunch.orders] == [view_id]


async def test_an_answer_that_takes_a_moment_arrives(slack: LocalSlack, kitchen: SlowKitchen, connect: Connect) -> None:
    await connect()
    view_id, asking = await submitted(slack, kitchen)
    await command_works(slack)  # nobody waits for the other
    kitchen.go_on.set()
    assert (await asking).error is None
    assert not slack.views[view_id].open


# ---- several connections ----


async def test_the_command_may_reach_one_connection_and_the_form_another(
    slack: LocalSlack, lunch: Lunch, connect: Connect
) -> None:
    await connect()
    await connect()
    assert slack.sockets.count == 2
    for _ in range(3):
        await order_works(slack)
    assert len(lunch.orders) == 3


async def test_when_one_of_two_connections_closes_the_other_keeps_working(slack: LocalSlack, connect: Connect) -> None:
    first, second = await connect(), await connect()
    await first.close(1)
    await slack.wait_for(lambda: slack.sockets.count == 1)
    await order_works(slack)
    (reason,) = await first.why_not_ready()
    assert reason.startswith("the Socket Mode connection is down: ")
    assert await second.why_not_ready() == []


# ---- refresh ----


async def test_a_warning_is_followed_by_a_new_connection_before_the_old_one_goes(
    slack: LocalSlack, connect: Connect
) -> None:
    client = await connect()
    reasons: list[str] = []
    watching = asyncio.create_task(watch(client, reasons))
    await slack.disconnect_sockets("warning")
    answers = [await slack.command("for two", command=COMMAND) for _ in range(20)]
    await slack.wait_for(lambda: slack.sockets.count == 2)
    await slack.wait_for(lambda: slack.sockets.count == 1)
    answers += [await slack.command("for two", command=COMMAND)]
    watching.cancel()
    assert {answer.error for answer in answers} == {None}
    assert reasons == []


async def watch(client: SocketModeClient, reasons: list[str]) -> None:
    """Ask again and again whether it is ready."""
    while True:
        reasons += await client.why_not_ready()
        await asyncio.sleep(0)


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled", "a_reason_of_next_year"])
async def test_a_connection_that_slack_ends_is_replaced(slack: LocalSlack, connect: Connect, reason: str) -> None:
    client = await connect()
    slack.faults.add(OPENED, Fault.slow(0.2))
    await slack.disconnect_sockets(reason)
    await until_down(client, f"Slack ends the connection ({reason})")
    await until_up(client)
    await command_works(slack)


async def test_a_request_in_progress_is_answered_on_the_connection_that_is_being_replaced(
    slack: LocalSlack, kitchen: SlowKitchen, connect: Connect
) -> None:
    client = await connect()
    view_id, asking = await submitted(slack, kitchen)
    await slack.disconnect_sockets("refresh_requested")
    await until_up(client)
    kitchen.go_on.set()
    assert (await asking).error is None
    assert not slack.views[view_id].open


# ---- drops and silence ----


async def test_a_dropped_connection_is_made_again_however_often(slack: LocalSlack, connect: Connect) -> None:
    client = await connect()
    for number in range(5):
        again = connected_again(slack)
        await slack.disconnect_sockets(abrupt=True)
        await slack.wait_for(again)
        await until_up(client)
        assert (await slack.command("for two", command=COMMAND)).error is None, number
    await order_works(slack)


async def test_an_answer_survives_the_drop_of_its_connection_where_another_is_open(
    slack: LocalSlack, kitchen: SlowKitchen, connect: Connect
) -> None:
    client = await connect()
    view_id, asking = await submitted(slack, kitchen)
    await slack.disconnect_sockets(abrupt=True)
    await slack.wait_for(lambda: slack.sockets.count == 1)
    await until_up(client)
    kitchen.go_on.set()
    assert (await asking).error is None
    assert not slack.views[view_id].open


async def test_an_answer_that_is_lost_with_its_connection_is_logged(
    slack: LocalSlack, kitchen: SlowKitchen, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    client = await connect()
    _, asking = await submitted(slack, kitchen)
    slack.faults.add(OPENED, Fault.answer(500), times=None)
    await slack.disconnect_sockets(abrupt=True)
    await until_down(client)
    kitchen.go_on.set()
    lost = "an acknowledgement was lost with its connection; Slack asks the person to try again"
    await slack.wait_for(lambda: lost in caplog.messages)
    asking.cancel()


class Jitter:
    """Counts the pauses: each asks once."""

    def __init__(self) -> None:
        self.pauses = 0

    def __call__(self) -> float:
        self.pauses += 1
        return 0.0


async def test_slack_that_ends_every_connection_at_once_is_not_asked_without_pause(
    slack: LocalSlack, new_client: NewClient
) -> None:
    def abort_all() -> None:
        for sent in slack.sockets._open:
            if sent.transport:
                sent.transport.abort()

    jitter = Jitter()
    client = new_client(jitter=jitter, retry=0.002, retry_max=60.0)
    await client.connect()
    assert (attempts(slack), jitter.pauses) == (1, 0)
    unsubscribe = slack.subscribe(abort_all)
    await slack.disconnect_sockets(abrupt=True)
    await slack.wait_for(lambda: attempts(slack) == 6)
    unsubscribe()
    assert jitter.pauses >= 5


async def test_the_announced_end_of_a_stable_connection_costs_no_pause_and_any_other_end_does(
    slack: LocalSlack, new_client: NewClient
) -> None:
    jitter = Jitter()
    client = new_client(jitter=jitter, stable=0.0)
    await client.connect()
    await slack.disconnect_sockets("refresh_requested")
    await slack.wait_for(lambda: attempts(slack) == 2)
    await until_up(client)
    assert jitter.pauses == 0
    await slack.disconnect_sockets(abrupt=True)
    await slack.wait_for(lambda: attempts(slack) == 3)
    assert jitter.pauses == 1


async def test_a_connection_that_slack_replaces_when_it_is_young_is_replaced_without_a_pause_however_often(
    slack: LocalSlack, new_client: NewClient
) -> None:
    jitter = Jitter()
    client = new_client(jitter=jitter, stable=3600.0, retry=60.0, retry_max=60.0)
    await client.connect()
    for times in range(2, 8):
        await slack.disconnect_sockets("refresh_requested")
        await slack.wait_for(lambda times=times: attempts(slack) == times)  # type: ignore[misc]
        await until_up(client)
        await command_works(slack)
    assert jitter.pauses == 0


async def test_a_young_connection_is_warned_and_the_next_is_open_before_it_ends(
    slack: LocalSlack, new_client: NewClient
) -> None:
    client = new_client(stable=3600.0, retry=60.0, retry_max=60.0)
    await client.connect()
    reasons: list[str] = []
    watching = asyncio.create_task(watch(client, reasons))
    await slack.disconnect_sockets("warning")
    await slack.wait_for(lambda: slack.sockets.count == 2)
    await slack.wait_for(lambda: slack.sockets.count == 1)
    watching.cancel()
    assert reasons == []


async def test_a_silent_connection_is_given_up_and_readiness_says_so(slack: LocalSlack, connect: Connect) -> None:
    client = await connect(silence=0.3)
    slack.faults.add(OPENED, Fault.slow(0.3))
    slack.freeze_sockets()
    await until_down(client, "nothing was received from Slack for too long")
    await slack.wait_for(lambda: slack.sockets.living == 1)
    await until_up(client)
    await command_works(slack)


async def test_a_quiet_connection_whose_pings_are_answered_stays(slack: LocalSlack, connect: Connect) -> None:
    await connect(silence=0.9)
    await asyncio.sleep(3 * SESSION_SECONDS)
    assert attempts(slack) == 1
    await command_works(slack)


async def test_a_frame_that_is_no_websocket_frame_costs_only_the_connection(
    slack: LocalSlack, connect: Connect
) -> None:
    client = await connect()
    transport = slack.sockets._open[0].transport
    assert transport is not None
    transport.write(b"\xff" * 16)
    await slack.wait_for(lambda: attempts(slack) > 1)
    await until_up(client)
    await slack.wait_for(lambda: slack.sockets.count == 1)
    await command_works(slack)


async def test_a_token_revoked_while_the_bot_runs_shows_and_is_tried_again(slack: LocalSlack, connect: Connect) -> None:
    client = await connect()
    slack.faults.add(OPENED, Fault.answer(200, {"ok": False, "error": "token_revoked"}), times=None)
    await slack.disconnect_sockets(abrupt=True)
    await until_down(client, "SLACK_APP_TOKEN: Slack says token_revoked")
    slack.faults.clear()
    await until_up(client)


LIMITED = Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "3600"})


@pytest.mark.parametrize("first", [[], [Fault.answer(500)]], ids=["from the start", "later"])
async def test_a_rate_limit_is_waited_out(slack: LocalSlack, new_client: NewClient, first: list[Fault]) -> None:
    client = new_client()
    for fault in first:
        slack.faults.add(OPENED, fault)
    slack.faults.add(OPENED, LIMITED, times=None)
    await client.connect()
    await until_down(client, "(ratelimited)")
    await asyncio.sleep(0.3)  # many of the usual pauses
    assert attempts(slack) == len(first) + 1


# ---- the end ----


async def test_at_the_end_a_request_in_progress_is_answered_before_the_connection_closes(
    slack: LocalSlack, kitchen: SlowKitchen, connect: Connect
) -> None:
    client = await connect()
    view_id, asking = await submitted(slack, kitchen)
    closing = asyncio.create_task(client.close(60))
    await command_works(slack)  # what comes meanwhile is answered, too
    assert slack.sockets.count == 1
    assert not closing.done()
    kitchen.go_on.set()
    assert (await asking).error is None
    await closing
    await slack.wait_for(lambda: slack.sockets.count == 0)
    assert not slack.views[view_id].open


async def test_the_end_does_not_wait_for_ever(slack: LocalSlack, kitchen: SlowKitchen, connect: Connect) -> None:
    client = await connect()
    slack.postman.ack_seconds = 60
    _, asking = await submitted(slack, kitchen)
    async with asyncio.timeout(30):
        await client.close(0.05)
    await slack.wait_for(lambda: slack.sockets.count == 0)
    assert not asking.done()
    asking.cancel()


async def test_the_end_comes_although_slack_is_silent_or_unreachable(
    slack: LocalSlack, connect: Connect, new_client: NewClient
) -> None:
    silent = await connect()
    slack.freeze_sockets()
    slack.faults.add(OPENED, Fault.hang(), times=None)
    searching: SocketModeClient = new_client(first_attempt=0.01)
    await searching.connect()
    assert await is_down(searching)
    async with asyncio.timeout(10):
        await asyncio.gather(silent.close(1), searching.close(1))
    slack.faults.clear()
    await slack.wait_for(lambda: slack.sockets.count == 0)


async def test_a_client_that_never_connected_says_so_and_closes(new_client: NewClient) -> None:
    client = new_client()
    assert await client.why_not_ready() == ["the Socket Mode connection is down: it has not been opened yet"]
    await client.close(60)


# ---- the log ----


async def test_no_connection_url_and_no_token_is_logged(
    slack: LocalSlack, new_client: NewClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    caplog.set_level(logging.INFO)
    used = f"{slack.base_url.replace('http', 'ws')}/link/?ticket=secret"
    slack.faults.add(OPENED, Fault.answer(200, {"ok": True, "url": used}))
    slack.faults.add(OPENED, Fault.answer(200, {"ok": True, "url": "ws://127.0.0.1:1/?ticket=secret"}))
    client = new_client()
    await client.connect()
    await until_up(client)
    await slack.command("x", command="/another-command")
    await slack.disconnect_sockets("refresh_requested")
    await slack.wait_for(lambda: slack.sockets.count == 1)
    await slack.disconnect_sockets(abrupt=True)
    await slack.wait_for(lambda: slack.sockets.count == 1)
    formatter = logging.Formatter("%(message)s")
    lines = "\n".join(formatter.format(record) for record in caplog.records if record.name != "asyncio")
    extras = " ".join(str(record.__dict__.get("code", "")) for record in caplog.records)
    assert "a Socket Mode connection is open" in lines
    assert "Slack did not open the WebSocket (HTTP 403)" in lines
    assert "connection_refused" in extras
    for secret in ("ticket", "secret", APP_TOKEN, BOT_TOKEN, "response_url", "/response/"):
        assert secret not in lines + extras
