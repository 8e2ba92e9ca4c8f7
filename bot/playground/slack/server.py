"""The local Slack: a workspace with Slack's Web API, and people in it who type commands and fill in forms.

It talks to the bot as Slack does (signed requests or Socket Mode) and remembers everything in both directions. Which part of
the Web API it has is in `methods.COVERED`, of Block Kit in blocks.py; what people can do is in talking.py and filling_in.py.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.playground.serving import LARGEST_BODY, LocalServer
from bot.playground.slack import payloads
from bot.playground.slack.delivery import Postman
from bot.playground.slack.filling_in import FillingIn
from bot.playground.slack.installed_app import COMMAND, SHORTCUTS, Command, Shortcut, commands
from bot.playground.slack.methods import ALL_SCOPES, Credentials, decoded, perform
from bot.playground.slack.raw_requests import RawRequests
from bot.playground.slack.records import Channel, Delivery, Message, OpenView, User, UserGroup, WebCall
from bot.playground.slack.response_urls import post_through
from bot.playground.slack.sockets import Sockets
from bot.playground.slack.talking import Talking
from bot.playground.slack.workspace import Workspace


class LocalSlack(Talking, FillingIn, RawRequests, LocalServer):
    """One workspace on loopback, with the app installed in it.

    `request_url` is where commands and interactions are POSTed while no socket is open; it may be set later.
    `users`, `groups`, `channels` and `views` hold everything that ever existed, by id; direct messages appear when opened.
    `homes` holds what was published for each person. `home_tab`: whether the app has a Home tab. `shortcuts` are those that
    people are offered, `command` is the app's slash command. `channel_rate` is how many posts a second a channel accepts
    (None = any number). `clock` gives seconds since the epoch. Faults use the names of the Web API methods, and
    "response_url".
    """

    def __init__(
        self,
        *,
        signing_secret: str,
        bot_token: str,
        app_token: str | None = None,
        request_url: str | None = None,
        scopes: frozenset[str] | set[str] = ALL_SCOPES,
        clock: Callable[[], float] = time.time,
        channel_rate: float | None = None,
        home_tab: bool = True,
        command: str = COMMAND,
    ) -> None:
        super().__init__()
        self.commands: tuple[Command, ...] = commands(command)
        self.credentials = Credentials(bot_token=bot_token, app_token=app_token, scopes=frozenset(scopes))
        self.calls: list[WebCall] = []
        self.shortcuts: list[Shortcut] = list(SHORTCUTS)
        self.workspace = Workspace(
            clock=clock,
            changed=self.changed,
            base_url=lambda: self.base_url,
            channel_rate=channel_rate,
            home_tab=home_tab,
        )
        self.users: dict[str, User] = self.workspace.users
        self.groups: dict[str, UserGroup] = self.workspace.groups
        self.channels: dict[str, Channel] = self.workspace.channels
        self.views: dict[str, OpenView] = self.workspace.views
        self.homes: dict[str, OpenView] = self.workspace.homes
        self.sockets = Sockets(self.workspace)
        self.postman = Postman(
            signing_secret=signing_secret, request_url=request_url, clock=clock, sockets=self.sockets
        )

    # The state, as tests and the page read it.

    @property
    def api_url(self) -> str:
        """The value for SLACK_API_URL."""
        return self.base_url + "/api/"

    @property
    def request_url(self) -> str | None:
        """Where the bot listens."""
        return self.postman.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.postman.request_url = url

    @property
    def deliveries(self) -> list[Delivery]:
        """The bot's answers to everything it was sent, in the order of the answers."""
        return self.postman.deliveries

    def messages(self, channel_id: str) -> list[Message]:
        """The messages of a channel and its threads, oldest first, including everybody's ephemerals."""
        return self.workspace.messages(channel_id)

    def thread(self, channel_id: str, ts: str) -> list[Message]:
        """The replies in a thread, oldest first, including everybody's ephemerals."""
        return [message for message in self.messages(channel_id) if message.is_reply and message.thread_ts == ts]

    async def send_event(self, event: Mapping[str, Any]) -> Delivery:
        """Send one event of the Events API, for example `{"type": "app_home_opened", …}`."""
        return await self.postman.deliver("events_api", payloads.event(self.workspace, event))

    def refuse_token(self, code: str | None = "token_revoked") -> None:
        """Refuse the bot token, as when the app is removed; None accepts it again. response_urls still work."""
        self.credentials.refused = code

    # Socket Mode.

    async def disconnect_sockets(self, reason: str = "refresh_requested", *, abrupt: bool = False) -> None:
        """Close every connection after a notice, or `abrupt`ly; reason "warning" is only a notice."""
        await self.sockets.disconnect(reason=reason, abrupt=abrupt)

    def freeze_sockets(self) -> None:
        """Freeze the open connections without closing them."""
        self.sockets.freeze()

    # The server.

    def application(self) -> web.Application:
        """The Web API, the response_urls and the WebSocket."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/api/{method}", self._call_method)
        app.router.add_post("/response/{token}", self._use_response_url)
        app.router.add_get("/link/", self.sockets.handle)
        return app

    async def start(self, *, port: int = 0) -> None:
        """Listen. Raises OSError when the port is taken."""
        await super().start(port=port)
        self.postman.open()

    async def stop(self) -> None:
        """Stop listening and delivering."""
        await self.postman.close()
        await super().stop()

    async def _call_method(self, request: web.Request) -> web.Response:
        args = decoded(content_type=request.content_type, body=await request.read(), query=request.query)
        spoken = args.pop("token", "")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(spoken)
        call = WebCall(method=request.match_info["method"], args=args)
        self.calls.append(call)
        self.changed()
        return await self.respond(
            request,
            operation=call.method,
            call=call,
            effect=lambda: perform(self.workspace, self.credentials, call, token),
        )

    async def _use_response_url(self, request: web.Request) -> web.Response:
        args = decoded(content_type="json", body=await request.read(), query={})
        call = WebCall(method="response_url", args=args)
        self.calls.append(call)
        self.changed()
        token = request.match_info["token"]
        return await self.respond(
            request, operation="response_url", call=call, effect=lambda: post_through(self.workspace, token, call)
        )
