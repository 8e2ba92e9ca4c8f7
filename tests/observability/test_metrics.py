"""What monitoring reads: the names that dashboards depend on, few labels, and values that tell what happened."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from bot.app import Service
from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack.server import LocalSlack
from tests.support.bad_signatures import BAD_SIGNATURES
from tests.support.people import ask_for, outcome_of
from tests.support.running import BOT_TOKEN, SIGNING_SECRET, all_finished, running_bot

Labels = tuple[tuple[str, str], ...]

OUTCOMES = ("created", "refused", "in_doubt")
NAMES = {
    "registry_bot_requests": "counter",
    "registry_bot_approvals_waiting": "gauge",
    "registry_bot_pending": "gauge",
    "registry_bot_oldest_pending_seconds": "gauge",
    "registry_bot_stuck": "gauge",
    "registry_bot_ack_seconds": "histogram",
    "registry_bot_codearts_seconds": "histogram",
    "registry_bot_slack_calls": "counter",
    "registry_bot_refused_signatures": "counter",
    "registry_bot_undelivered": "gauge",
}


async def page(bot: Service, accept: str = "") -> tuple[str, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{bot.management}/metrics", headers={"Accept": accept}) as answer,
    ):
        assert answer.status == 200
        return await answer.text(), answer.headers["Content-Type"]


async def values(bot: Service) -> dict[tuple[str, Labels], float]:
    families = text_string_to_metric_families((await page(bot))[0])
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for each in families
        for sample in each.samples
    }


async def value(bot: Service, name: str, **labels: str) -> float | None:
    return (await values(bot)).get((name, tuple(sorted(labels.items()))))


async def test_outcomes_are_there_before_any_has_been(bot: Service) -> None:
    # Of a series that begins with 1, an increase to 1 is none: the first unconfirmed request would ring no alert.
    found = {outcome: await value(bot, "registry_bot_requests_total", outcome=outcome) for outcome in OUTCOMES}
    assert found == dict.fromkeys(OUTCOMES, 0)


async def test_every_name_is_there_with_its_kind_and_in_both_forms(bot: Service, slack: LocalSlack) -> None:
    await ask_for(slack, "shop")
    await outcome_of(slack, "shop")
    await all_finished()
    text, content_type = await page(bot)
    assert content_type.startswith("text/plain; version=")
    families = text_string_to_metric_families(text)
    assert {each.name: each.type for each in families} == NAMES
    openmetrics, content_type = await page(bot, "application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    assert {each.name for each in read_openmetrics(openmetrics)} == set(NAMES)  # type: ignore[no-untyped-call]


async def test_a_request_is_counted_with_what_it_took(bot: Service, slack: LocalSlack, cloud: LocalCodeArts) -> None:
    await ask_for(slack, "shop")
    await outcome_of(slack, "shop")
    cloud.faults.add("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"}))
    await ask_for(slack, "other")
    await outcome_of(slack, "other")
    await all_finished()
    assert await value(bot, "registry_bot_requests_total", outcome="created") == 1
    assert await value(bot, "registry_bot_requests_total", outcome="refused") == 1
    assert await value(bot, "registry_bot_ack_seconds_count", handler="command") == 2
    assert await value(bot, "registry_bot_ack_seconds_count", handler="create_registry") == 2
    assert await value(bot, "registry_bot_codearts_seconds_count", operation="create", result="created") == 1
    assert await value(bot, "registry_bot_codearts_seconds_count", operation="create", result="refused") == 1
    assert await value(bot, "registry_bot_slack_calls_total", method="views.open", result="ok") == 2
    assert await value(bot, "registry_bot_pending") == 0
    assert await value(bot, "registry_bot_oldest_pending_seconds") == 0


async def test_what_strangers_send_makes_no_new_series(bot: Service, slack: LocalSlack) -> None:
    before = {key for key in await values(bot) if key[0] != "registry_bot_refused_signatures_total"}
    for change in BAD_SIGNATURES:
        await slack.deliver_raw(slack.command_body("x"), **change)
    await slack.deliver_raw(slack.command_body("x", command="/nobodys"))
    after = {key for key in await values(bot) if key[0] != "registry_bot_refused_signatures_total"}
    assert after == before
    assert await value(bot, "registry_bot_refused_signatures_total") == len(BAD_SIGNATURES)


async def test_what_waits_is_told_with_its_age(bot: Service, slack: LocalSlack, cloud: LocalCodeArts) -> None:
    cloud.faults.add("create", Fault.slow(1.5))
    await ask_for(slack, "shop")
    assert await value(bot, "registry_bot_pending") == 1
    oldest = await value(bot, "registry_bot_oldest_pending_seconds")
    assert oldest is not None
    assert 0 <= oldest < 60
    await outcome_of(slack, "shop")


async def test_an_outcome_without_a_way_to_anybody_is_one_and_the_bot_stays_ready(
    bot: Service, slack: LocalSlack
) -> None:
    refused = Fault.answer(200, {"ok": False, "error": "restricted_action"})
    slack.faults.add("chat.postMessage", refused, times=None)
    slack.faults.add("response_url", Fault.answer(404, ""), times=None)
    await ask_for(slack, "shop")
    async with asyncio.timeout(20):
        while await value(bot, "registry_bot_undelivered") != 1:  # noqa: ASYNC110  nobody sets an event
            await asyncio.sleep(0.05)
    async with aiohttp.ClientSession() as session, session.get(f"{bot.address}/readyz") as answer:
        assert (answer.status, await answer.text()) == (200, "ready\n")
    refusals = await value(bot, "registry_bot_slack_calls_total", method="chat.postMessage", result="refused")
    assert refusals is not None
    assert refusals >= 2
    slack.faults.clear()
    await all_finished()
    assert await value(bot, "registry_bot_undelivered") == 0


async def test_the_socket_is_told_where_there_is_one(settings: Callable[..., Settings]) -> None:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token="xapp-1") as slack:
        values = {"SLACK_API_URL": slack.api_url, "SLACK_APP_TOKEN": "xapp-1"}
        async with running_bot(settings(**values), slack) as bot:
            slack.request_url = None
            await slack.command("help")
            assert await value(bot, "registry_bot_socket_connected") == 1
            assert await value(bot, "registry_bot_ack_seconds_count", handler="command") == 1
            assert await value(bot, "registry_bot_refused_signatures_total") is None


@pytest.mark.parametrize("path", ["/metrics", "/nothing"])
async def test_the_main_port_has_no_metrics(bot: Service, path: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{bot.address}{path}") as answer:
        assert answer.status == 404
