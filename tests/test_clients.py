"""The clients that call out of the process: where they call, with what, and how often."""

from collections.abc import Callable

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from yarl import URL

from bot.clients import build_codearts, build_network, slack_client, slack_session
from bot.config import Settings
from bot.domain.registry import Created
from bot.errors import SettingsError
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack.server import LocalSlack

# ---- CodeArts ----


async def test_the_endpoint_is_called_with_the_keys_that_are_set(
    settings: Callable[..., Settings], cloud: LocalCodeArts
) -> None:
    async with build_codearts(settings()) as codearts:
        created = await codearts.create_registry(name="shop", description=None)
    assert created == Created(trace_id=cloud.registries[0].trace_id)


async def test_a_security_token_and_a_project_go_along(settings: Callable[..., Settings]) -> None:
    async with LocalCodeArts(security_token="the-security-token") as cloud:
        chosen = settings(
            CODEARTS_ENDPOINT=cloud.base_url,
            HUAWEICLOUD_SDK_SECURITY_TOKEN="the-security-token",
            HUAWEICLOUD_SDK_PROJECT_ID="the-project",
        )
        async with build_codearts(chosen) as codearts:
            assert isinstance(await codearts.create_registry(name="shop", description=None), Created)
        assert cloud.calls[0].headers["X-Project-Id"] == "the-project"


@pytest.mark.parametrize(
    ("missing", "can"),
    [(None, True), ("HUAWEICLOUD_SDK_DOMAIN_ID", False), ("CODEARTS_PROJECT_ID", False)],
)
async def test_looking_up_needs_both_ids(settings: Callable[..., Settings], missing: str | None, can: bool) -> None:
    async with build_codearts(settings(**({missing: None} if missing else {}))) as codearts:
        assert codearts.can_look_up is can


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"CODEARTS_REGION": "ap-southeast-33", "CODEARTS_ENDPOINT": None}, "CODEARTS_REGION"),
        ({"CODEARTS_ENDPOINT": "artifact.example.com"}, "CODEARTS_ENDPOINT"),
    ],
    ids=["region", "endpoint"],
)
def test_where_nothing_can_be_called_the_setting_is_named(
    settings: Callable[..., Settings], changes: dict[str, str | None], named: str
) -> None:
    with pytest.raises(SettingsError, match=f"^{named} "):
        build_codearts(settings(**changes))


async def test_a_region_without_an_endpoint_of_its_own_is_enough(settings: Callable[..., Settings]) -> None:
    async with build_codearts(settings(CODEARTS_REGION="af-south-1", CODEARTS_ENDPOINT=None)) as codearts:
        assert codearts.can_look_up


# ---- Slack ----


async def test_slack_is_called_at_the_address_and_with_the_token_that_are_set(
    settings: Callable[..., Settings], slack: LocalSlack
) -> None:
    async with slack_session() as session:
        answer = await slack_client(settings(), session).auth_test()
    assert answer["user"] == "registry-bot"


async def test_a_client_without_the_token_sends_none(settings: Callable[..., Settings], slack: LocalSlack) -> None:
    async with slack_session() as session:
        with pytest.raises(SlackApiError, match="not_authed"):
            await slack_client(settings(), session, with_token=False).auth_test()


@pytest.mark.parametrize("fault", [Fault.drop(apply=True), Fault.drop(apply=True, reset=False)], ids=["reset", "ended"])
async def test_a_post_whose_answer_is_lost_is_not_repeated(
    settings: Callable[..., Settings], slack: LocalSlack, fault: Fault
) -> None:
    slack.faults.add("chat.postMessage", fault)
    async with slack_session() as session:
        with pytest.raises(aiohttp.ClientError):
            await slack_client(settings(), session).chat_postMessage(channel="C0TEAMSHOP0", text="once")
    assert [message.text for message in slack.messages("C0TEAMSHOP0")] == ["once"]


# ---- the way out ----


async def test_one_context_and_one_rule_serve_both_clouds(settings: Callable[..., Settings]) -> None:
    network = build_network(settings(HTTPS_PROXY="http://proxy.example.com:3128", NO_PROXY="slack.com"))
    assert network.proxies.for_url(URL("https://slack.com/api/")) is None
    assert network.proxies.for_url(URL("https://artifact.example.com/")) == URL("http://proxy.example.com:3128")
    assert network.certificates is network.certificates


@pytest.mark.parametrize("setting", ["HTTPS_PROXY", "HTTP_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", "https://", ""])
def test_the_password_of_a_proxy_is_a_secret_as_written_and_as_meant(
    settings: Callable[..., Settings], setting: str, scheme: str
) -> None:
    chosen = settings(**{setting: f"{scheme}bot:s3cr%40t@proxy.example.com:3128"})
    assert {"s3cr%40t", "s3cr@t"} <= set(chosen.secrets)
    assert "s3cr" not in repr(chosen)
