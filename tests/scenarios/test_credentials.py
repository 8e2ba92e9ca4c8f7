"""The access key, through the front door: one that ends, one that is taken away and comes back, and one that is not there."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Settings
from bot.playground.codearts.key_givers import ID_TOKEN, LocalKeyGivers
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.bot_process import BotProcess, ending, up
from tests.support.link_local import lead_metadata_in
from tests.support.people import about, ask_for, outcome_of, words
from tests.support.ports import free_port
from tests.support.running import HURRY, environment_for, running_bot
from tests.support.terminal import SOURCES
from tests.support.waiting import until

_TOLD_WITHIN = 60.0
WAITING = "The bot's own access to Huawei Cloud is not accepted at the moment."
# As many attempts as the wait for the key takes here.
PATIENT = replace(HURRY, key_repeats=(0.2,) * 600)
NO_KEY = {"HUAWEICLOUD_SDK_AK": "", "HUAWEICLOUD_SDK_SK": ""}
NAMES = [f"waits-{number}" for number in range(5)]


@pytest.fixture
async def givers(cloud: LocalCodeArts) -> AsyncIterator[LocalKeyGivers]:
    async with LocalKeyGivers(cloud) as server:
        yield server


@pytest.fixture
def oidc(givers: LocalKeyGivers, tmp_path: Path) -> dict[str, str]:
    """The settings with which the bot assumes an agency."""
    (tmp_path / "token").write_text(ID_TOKEN)
    return {
        **NO_KEY,
        "HUAWEICLOUD_OIDC_PROVIDER_URN": "iam::a:oidc-provider:k8s",
        "HUAWEICLOUD_OIDC_AGENCY_URN": "iam::a:agency:registry-bot",
        "HUAWEICLOUD_OIDC_TOKEN_FILE": str(tmp_path / "token"),
        "HUAWEICLOUD_SDK_STS_ENDPOINT": givers.base_url,
    }


def made(cloud: LocalCodeArts) -> list[str]:
    return sorted(each.display_name for each in cloud.registries)


async def all_wait(slack: LocalSlack, names: list[str]) -> None:
    def waits(name: str) -> bool:
        return any(WAITING in words(each) and "I keep trying until" in words(each) for each in about(slack, name))

    await slack.wait_for(lambda: all(map(waits, names)), timeout=_TOLD_WITHIN)


async def test_five_requests_wait_while_the_key_is_refused_and_are_each_made_once_when_it_is_back(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_bot(settings(OPS_CHANNEL=company.PLATFORM), slack, policy=PATIENT, finished_within=60):
        cloud.ring.revoked = True
        for name in NAMES:
            await ask_for(slack, name)
        await all_wait(slack, NAMES)
        await slack.wait_for(lambda: bool(slack.messages(company.PLATFORM)), timeout=_TOLD_WITHIN)
        (told,) = slack.messages(company.PLATFORM)
        assert "no access key that Huawei Cloud accepts" in told.text
        assert [record.levelname for record in caplog.records if record.levelno >= logging.ERROR] == ["ERROR"]
        assert made(cloud) == []

        cloud.ring.revoked = False
        for name in NAMES:
            assert "success" in words(await outcome_of(slack, name))
        await slack.wait_for(lambda: "Resolved " in told.text, timeout=_TOLD_WITHIN)
        assert slack.messages(company.PLATFORM) == [told]
        assert made(cloud) == NAMES
        assert [len(about(slack, name)) for name in NAMES] == [1] * len(NAMES)


async def test_a_right_that_is_missing_is_no_reason_to_wait(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(CODEARTS_PROJECT_ID="f" * 32), slack, policy=PATIENT, finished_within=60):
        await ask_for(slack, "shop")  # the look before is refused with 403
        assert "success" in words(await outcome_of(slack, "shop"))


async def test_they_wait_through_kill_9_and_a_restart_and_one_line_says_why(
    slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    bot = BotProcess(environment_for(slack, cloud, tmp_path / "bot.sqlite3"), log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)
        slack.request_url = f"{bot.address}/slack/events"
        # The check at the start, which would report the key as well, is over.
        await until(lambda: "settings and environment checked" in bot.said, seconds=_TOLD_WITHIN)
        cloud.ring.revoked = True
        for name in NAMES:
            await ask_for(slack, name)
        await all_wait(slack, NAMES)
        assert bot.said.count('"level": "error"') == 1, bot.last_words()
        await bot.kill()
        await up(bot)
        cloud.ring.revoked = False
        for name in NAMES:
            assert "success" in words(await outcome_of(slack, name))
        assert made(cloud) == NAMES
        assert [len(about(slack, name)) for name in NAMES] == [1] * len(NAMES)
        slack.request_url = None


async def test_keys_that_end_every_few_seconds_and_a_new_id_token_fail_no_request(
    slack: LocalSlack, cloud: LocalCodeArts, givers: LocalKeyGivers, oidc: dict[str, str], tmp_path: Path
) -> None:
    givers.life = 4.0
    environment = {**environment_for(slack, cloud, tmp_path / "bot.sqlite3"), **oidc}
    bot = BotProcess(environment, log=tmp_path / "bot.log")
    names = [f"shop-{number}" for number in range(20)]
    async with ending([bot]):
        await up(bot)
        slack.request_url = f"{bot.address}/slack/events"
        for name in names:
            await ask_for(slack, name)
            await asyncio.sleep(0.5)
            if name == "shop-10":
                givers.id_token = "the.second.id-token"
                (tmp_path / "token").write_text("the.second.id-token")
        for name in names:
            assert "success" in words(await outcome_of(slack, name))
        slack.request_url = None
    assert made(cloud) == sorted(names)
    assert len({call.headers["X-Security-Token"] for call in cloud.calls}) > 3
    assert ID_TOKEN not in bot.said
    assert not [call for call in cloud.calls if call.headers["X-Security-Token"] in bot.said]


async def test_an_ecs_whose_metadata_service_is_away_at_the_start_is_waited_for(
    slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    givers, port = LocalKeyGivers(cloud), free_port()
    environment = {
        **environment_for(slack, cloud, tmp_path / "bot.sqlite3"),
        **NO_KEY,
        "CODEARTS_ECS_AGENCY": "yes",
        "HTTP_PROXY": f"http://127.0.0.1:{free_port()}",
        "NO_PROXY": "127.0.0.1",
        **lead_metadata_in(tmp_path, port=port, sources=SOURCES),
    }
    bot = BotProcess(environment, log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)
        slack.request_url = f"{bot.address}/slack/events"
        await ask_for(slack, "shop")
        await all_wait(slack, ["shop"])
        assert "does not give one (connection_refused)" in bot.said
        await givers.start(port=port)
        assert "success" in words(await outcome_of(slack, "shop"))
        slack.request_url = None
    await givers.stop()
    assert made(cloud) == ["shop"]
