"""What the answers of Slack's Web API say about our token and our app is passed on, whichever method was called."""

import contextlib
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.web_client import WatchedWebClient, app_id_in, app_id_of
from tests.slack.lunch import VIEW
from tests.support.running import BOT_TOKEN


class Ear:
    def __init__(self) -> None:
        self.refused: list[str] = []
        self.apps: list[str] = []

    def token_refused(self, code: str) -> None:
        self.refused.append(code)

    def app_named(self, app_id: str) -> None:
        self.apps.append(app_id)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def client(slack: LocalSlack, session: aiohttp.ClientSession, ear: Ear) -> WatchedWebClient:
    made = WatchedWebClient(BOT_TOKEN, base_url=slack.api_url, session=session, retry_handlers=[])
    made.watcher = ear
    return made


CALLS: dict[str, Callable[[WatchedWebClient, LocalSlack], Awaitable[object]]] = {
    "auth.test": lambda client, _slack: client.auth_test(),
    "chat.postMessage": lambda client, _slack: client.chat_postMessage(channel=company.TEAM_SHOP, text="soup"),
    "views.open": lambda client, slack: client.views_open(
        trigger_id=slack.workspace.new_trigger(user=company.ANA, channel=None), view=VIEW
    ),
    "chat.update": lambda client, _slack: client.chat_update(channel=company.TEAM_SHOP, ts="1.1", text="soup"),
    "conversations.history": lambda client, _slack: client.conversations_history(channel=company.TEAM_SHOP),
}


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth", "token_expired"])
async def test_a_refused_token_is_passed_on_whatever_was_called(
    client: WatchedWebClient, slack: LocalSlack, ear: Ear, method: str, code: str
) -> None:
    slack.refuse_token(code)
    with pytest.raises(SlackApiError):
        await CALLS[method](client, slack)
    assert ear.refused == [code]


@pytest.mark.parametrize("method", ["auth.test", "chat.postMessage", "views.open"])
async def test_the_app_is_learned_from_answers_that_name_it(
    client: WatchedWebClient, slack: LocalSlack, ear: Ear, method: str
) -> None:
    await CALLS[method](client, slack)
    assert ear.apps == [company.APP_ID]


@pytest.mark.parametrize(
    "fault",
    [
        Fault.answer(200, {"ok": False, "error": "missing_scope"}),
        Fault.answer(401, "<html>invalid_auth</html>"),
        Fault.answer(403, {"error": "invalid_auth"}),
        Fault.answer(200, {"error": "token_revoked"}),
        Fault.drop(),
    ],
    ids=["another refusal", "a page", "not Slack's JSON", "no refusal", "no answer"],
)
async def test_nothing_else_says_anything_about_the_token(
    client: WatchedWebClient, slack: LocalSlack, ear: Ear, fault: Fault
) -> None:
    slack.faults.add("chat.postMessage", fault)
    with contextlib.suppress(SlackApiError, aiohttp.ClientError):
        await CALLS["chat.postMessage"](client, slack)
    assert ear.refused == []


async def test_a_refused_app_level_token_says_nothing_about_the_bots(
    client: WatchedWebClient, slack: LocalSlack, ear: Ear
) -> None:
    slack.faults.add("apps.connections.open", Fault.answer(200, {"ok": False, "error": "invalid_auth"}))
    with pytest.raises(SlackApiError):
        await client.apps_connections_open(app_token="xapp-1")
    assert ear.refused == []


@pytest.mark.parametrize(
    ("token", "app_id"),
    [
        ("xapp-1-A0123ABCD-123456-abcdef", "A0123ABCD"),
        ("xapp-1-the-app-token", None),
        ("xapp-1", None),
        ("xoxb-1-A0123ABCD-1", None),
        (None, None),
    ],
)
def test_the_app_is_read_from_the_app_level_token_where_it_is_part_of_it(token: str | None, app_id: str | None) -> None:
    assert app_id_of(token) == app_id


@pytest.mark.parametrize(
    "answer", [None, "A0REGBOT000", {}, {"app_id": 7}, {"view": [], "message": "x"}, {"app_id": "x"}]
)
def test_an_answer_that_names_no_app_names_none(answer: object) -> None:
    assert app_id_in(answer) is None
