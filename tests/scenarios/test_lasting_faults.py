"""Faults that stay: servers that are away, routes that are all closed, look-ups that never answer, forms that do not open."""

import dataclasses
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio

from bot import clients, wording
from bot.app import Service
from bot.config import Settings
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.serving import LocalServer
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.outbound import rate
from tests.support.people import about, ask_for, filled_in, open_form, outcome_of, words
from tests.support.running import BOT_TOKEN, QUICK, SIGNING_SECRET, all_finished, running_bot, settings_for
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

HTML = {"Content-Type": "text/html"}
NOT_OPENED = "Slack did not open the form, so nothing was created. Please try again in a minute (type /create-registry)"
UNDELIVERED = "an outcome cannot be delivered to anybody yet, trying again"
NOT_CONNECTED = (
    "This bot is not connected to your workspace any more, so the form was not opened and nothing was created."
)
PATIENT = RetryPolicy(
    looks_before=(0.01,),
    repeats=(0.05,) * 20,
    absent_at=(0.01, 0.02),
    unproven_at=0.01,
    look_again=(0.01, 0.02),
    look_up_for=0.2,
    retry_after_max=0.02,
    address_at=(0.05, 0.1),
    recheck_at=(0.1, 0.2),
)

# Whatever takes longer than a moment is announced.
HASTY = dataclasses.replace(QUICK, progress_after=0.05)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cloud() -> AsyncIterator[LocalCodeArts]:
    async with LocalCodeArts(duplicate="accepted") as server:
        yield server


@pytest.fixture(scope="module")
def settings(slack: LocalSlack, cloud: LocalCodeArts, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_for(slack, cloud, tmp_path_factory.mktemp("lasting") / "bot.sqlite3", CODEARTS_READ_TIMEOUT="0.6")


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def bot(settings: Settings, slack: LocalSlack) -> AsyncIterator[Service]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "_SLACK_TIMEOUT", aiohttp.ClientTimeout(total=1.5))
        patch.setattr(rate, "_PACE_SECONDS", 0.02)
        async with running_bot(settings, slack, policy=PATIENT, delivery=HASTY) as service:
            yield service


@pytest.fixture(autouse=True)
def no_fault_left(slack: LocalSlack, cloud: LocalCodeArts) -> Any:
    yield
    slack.faults.clear()
    cloud.faults.clear()


def creates(cloud: LocalCodeArts, name: str) -> int:
    return sum(call.operation == "create" and f'"{name}"'.encode() in call.body for call in cloud.calls)


def registries(cloud: LocalCodeArts, name: str) -> int:
    return sum(registry.display_name == name for registry in cloud.registries)


async def start_again(server: LocalServer) -> None:
    await server.start(port=urlsplit(server.base_url).port or 0)


# ---- a server that is away ----


async def test_while_codearts_refuses_connections_nothing_is_created_and_that_is_told(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    await cloud.stop()
    try:
        await ask_for(slack, "away")
        read = words(await outcome_of(slack, "away"))
    finally:
        await start_again(cloud)
    assert "Status: error" in read
    assert "Huawei Cloud could not be reached." in read
    assert "Nothing was created. Try again later." in read
    assert creates(cloud, "away") == 0
    await ask_for(slack, "away-no-more")
    assert "Status: success" in words(await outcome_of(slack, "away-no-more"))


async def test_codearts_that_comes_back_in_time_is_called_once(slack: LocalSlack, cloud: LocalCodeArts) -> None:
    await cloud.stop()
    try:
        await ask_for(slack, "back-in-time")
        await slack.wait_for(lambda: bool(about(slack, "back-in-time")))
    finally:
        await start_again(cloud)
    read = words(await outcome_of(slack, "back-in-time"))
    assert "Status: success" in read
    assert "Confirmed by look-up" not in read
    assert (creates(cloud, "back-in-time"), registries(cloud, "back-in-time")) == (1, 1)


async def test_an_outcome_waits_for_slack_to_come_back_and_the_log_says_so_meanwhile(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.faults.add("create", Fault.slow(0.3))
    await ask_for(slack, "slack-away")
    await cloud.wait_for(lambda: creates(cloud, "slack-away") == 1)
    await slack.wait_for(lambda: bool(about(slack, "slack-away")))
    await slack.stop()
    try:
        await until(lambda: UNDELIVERED in caplog.text)
    finally:
        await start_again(slack)
    message = await outcome_of(slack, "slack-away")
    await all_finished()
    assert about(slack, "slack-away") == [message]
    assert registries(cloud, "slack-away") == 1
    assert await bot.health.why_not_ready() == []


# ---- every route closed ----

DEAD_TOKENS = ("token_revoked", "account_inactive", "invalid_auth")


@pytest.mark.parametrize("code", DEAD_TOKENS)
async def test_a_dead_token_still_lets_the_outcome_out_through_the_form(
    slack: LocalSlack, cloud: LocalCodeArts, code: str
) -> None:
    name = f"dead-{code}"[:20]
    slack.faults.add("chat.postMessage", Fault.answer(200, {"ok": False, "error": code}), times=None)
    slack.faults.add("chat.update", Fault.answer(200, {"ok": False, "error": code}), times=None)
    await ask_for(slack, name)
    message = await outcome_of(slack, name)
    await all_finished()
    assert (message.via, message.ephemeral_to) == ("response_url", None)
    assert "Status: success" in words(message)
    alone = [each.text for each in slack.messages(company.TEAM_SHOP) if each.ephemeral_to == company.ANA]
    assert "not connected to your workspace any more: tell the people who run this bot" in alone[-1]
    assert registries(cloud, name) == 1


async def test_an_outcome_whose_every_route_is_refused_is_kept_until_one_opens(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(200, {"ok": False, "error": "account_inactive"}), times=None)
    slack.faults.add("response_url", Fault.answer(404, '{"ok":false,"error":"expired_url"}'), times=None)
    await ask_for(slack, "kept")
    await until(lambda: UNDELIVERED in caplog.text)
    slack.faults.clear("chat.postMessage")

    def told() -> list[str]:  # in the channel, or to the requester, whichever was tried next
        both = (company.TEAM_SHOP, "D" + company.ANA[1:])
        return [words(each) for channel in both for each in about(slack, "kept", channel=channel)]

    await slack.wait_for(lambda: bool(told()))
    await all_finished()
    assert ["Status: success" in read for read in told() if "could not post" not in read] == [True]
    assert registries(cloud, "kept") == 1
    assert await bot.health.why_not_ready() == []


async def test_answers_of_the_form_that_are_always_lost_never_double_the_outcome_in_the_channel(
    slack: LocalSlack,
) -> None:
    slack.faults.add("response_url", Fault.drop(apply=True), times=None)
    await ask_for(slack, "always-lost", channel=company.SECRET_PROJECT)
    direct = await outcome_of(slack, "always-lost", channel="D" + company.ANA[1:])
    await all_finished()
    assert "Status: success" in words(direct)
    told = [each for each in about(slack, "always-lost", channel=company.SECRET_PROJECT) if not each.ephemeral_to]
    assert len(told) == 1


async def test_a_message_that_somebody_deleted_is_posted_anew(slack: LocalSlack, cloud: LocalCodeArts) -> None:
    cloud.faults.add("create", Fault.slow(0.3))
    await ask_for(slack, "deleted")
    await slack.wait_for(lambda: bool(about(slack, "deleted")))
    (creating,) = about(slack, "deleted")
    slack.workspace.delete(creating.channel, creating.ts)
    message = await outcome_of(slack, "deleted")
    await all_finished()
    assert message.ts != creating.ts
    assert about(slack, "deleted") == [message]


async def test_a_channel_archived_meanwhile_ends_in_a_direct_message(slack: LocalSlack, cloud: LocalCodeArts) -> None:
    cloud.faults.add("create", Fault.slow(0.3))
    await ask_for(slack, "closed-down", channel=company.GENERAL)
    await slack.wait_for(lambda: bool(about(slack, "closed-down", channel=company.GENERAL)))
    slack.channels[company.GENERAL].is_archived = True
    try:
        message = await outcome_of(slack, "closed-down", channel="D" + company.ANA[1:])
        await slack.wait_for(lambda: wording.FIX_ARCHIVED in slack.messages(message.channel)[-1].text)
    finally:
        slack.channels[company.GENERAL].is_archived = False
    assert "Status: success" in words(message)


# ---- look-ups ----


@pytest.mark.parametrize(
    "trouble",
    [Fault.answer(503, "<html>", HTML), Fault.drop(), Fault.hang(), Fault.answer(200, "[]"), Fault.answer(403, "{}")],
    ids=["503", "reset", "hang", "a list", "403"],
)
async def test_a_creation_in_doubt_whose_look_up_never_answers_is_told_as_unconfirmed_and_not_repeated(
    slack: LocalSlack, cloud: LocalCodeArts, trouble: Fault
) -> None:
    name = f"blind-{len(slack.views)}"
    cloud.faults.add("create", Fault.drop(apply=True))
    cloud.faults.add("list", Fault.slow(0))
    cloud.faults.add("list", trouble, times=None)
    await ask_for(slack, name)
    read = words(await outcome_of(slack, name))
    assert "Status: unconfirmed" in read
    assert "Look in the CodeArts Artifact console before you ask for it again." in read
    assert (creates(cloud, name), registries(cloud, name)) == (1, 1)


async def test_a_registry_seen_afterwards_is_not_claimed_when_nobody_could_look_before(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    await all_finished()  # what is looked up again would take the faults
    cloud.add_registry("whose", created_by="registry-bot")
    cloud.faults.add("list", Fault.answer(503), times=2)
    cloud.faults.add("create", Fault.drop())
    await ask_for(slack, "whose")
    read = words(await outcome_of(slack, "whose"))
    assert "Status: unconfirmed" in read
    assert "it is not known whether it existed before this request" in read
    assert (creates(cloud, "whose"), registries(cloud, "whose")) == (1, 1)


async def test_a_registry_found_in_the_recycle_bin_afterwards_stays_in_doubt(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.add_registry("thrown-away", status="trash", created_by="registry-bot")
    cloud.faults.add("create", Fault.drop())
    await ask_for(slack, "thrown-away")
    read = words(await outcome_of(slack, "thrown-away"))
    assert "Status: unconfirmed" in read
    assert "is in the recycle bin" in read
    assert creates(cloud, "thrown-away") == 1


# ---- channels whose history nobody may read ----


async def test_where_the_bot_is_no_member_a_lost_answer_leaves_the_old_words_but_one_outcome(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    await all_finished()  # what an earlier test has yet to say would take the fault of the post
    cloud.faults.add("list", Fault.slow(1.0), times=None)  # the index of names reads it too
    slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    await ask_for(slack, "unreadable", channel=company.GENERAL)
    await outcome_of(slack, "unreadable", channel=company.GENERAL)
    await all_finished()
    assert [each.text.split(":")[0] for each in about(slack, "unreadable", channel=company.GENERAL)] == [
        "Creating the registry unreadable",
        "Registry `unreadable`",
    ]
    assert registries(cloud, "unreadable") == 1


# ---- the form ----

DOES_NOT_OPEN: Mapping[str, Fault] = {
    "reset": Fault.drop(),
    "closed": Fault.drop(reset=False),
    "truncated": Fault.truncate(),
    "garbage": Fault.garbage(),
    "hang": Fault.hang(),
    "429": Fault.answer(429, {"ok": False, "error": "ratelimited"}),
    "429 with Retry-After": Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"}),
    "500 HTML": Fault.answer(500, "<html>oops</html>", HTML),
    "503 JSON": Fault.answer(503, {"ok": False, "error": "service_unavailable"}),
    "empty 200": Fault.answer(200),
    "HTML 200": Fault.answer(200, "<html>welcome</html>", HTML),
    "token_revoked": Fault.answer(200, {"ok": False, "error": "token_revoked"}),
    "account_inactive": Fault.answer(200, {"ok": False, "error": "account_inactive"}),
}
OPENS_UNHEARD: Mapping[str, Fault] = {
    "slow": Fault.slow(0.2),
    "reset after it applied": Fault.drop(apply=True),
    "truncated": Fault.truncate(apply=True),
    "hang": Fault.hang(apply=True),
    "502 HTML": Fault.answer(502, "<html>", HTML, apply=True),
}


@pytest.mark.parametrize("trouble", DOES_NOT_OPEN)
async def test_a_form_that_does_not_open_is_told_to_the_person_alone_and_creates_nothing(
    slack: LocalSlack, cloud: LocalCodeArts, trouble: str
) -> None:
    before, forms, made = len(slack.messages(company.GENERAL)), len(slack.views), len(cloud.registries)
    slack.faults.add("views.open", DOES_NOT_OPEN[trouble])
    await slack.command("never", channel=company.GENERAL)
    await slack.wait_for(lambda: len(slack.messages(company.GENERAL)) > before)
    said = slack.messages(company.GENERAL)[-1]
    assert said.ephemeral_to == company.ANA
    assert (NOT_CONNECTED if trouble in ("token_revoked", "account_inactive") else NOT_OPENED) in said.text
    assert (len(slack.views), len(cloud.registries)) == (forms, made)
    assert creates(cloud, "never") == 0


@pytest.mark.parametrize("trouble", OPENS_UNHEARD)
async def test_a_form_that_opened_although_its_answer_was_lost_can_be_used(
    slack: LocalSlack, cloud: LocalCodeArts, trouble: str
) -> None:
    name = f"unheard-{len(slack.views)}"
    slack.faults.add("views.open", OPENS_UNHEARD[trouble])
    view_id = await open_form(slack)
    await slack.submit(view_id, filled_in(name=name))
    assert "Status: success" in words(await outcome_of(slack, name))
    assert registries(cloud, name) == 1
