"""The local Slack: a workspace with Slack's Web API, and people in it who type commands and fill in forms.

It speaks to the bot as Slack does (signed requests or Socket Mode) and remembers everything that went either way.
What it knows of the Web API is `slack_methods.COVERED`; of Block Kit, `slack_blocks`.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.playground.serving import LARGEST_BODY, LocalServer
from bot.playground.slack import company, payloads
from bot.playground.slack.answers import close_stack, show_command_answer, show_submission_answer
from bot.playground.slack.delivery import FORM, Postman
from bot.playground.slack.methods import ALL_SCOPES, Credentials, decoded, perform
from bot.playground.slack.modals import Values, incomplete
from bot.playground.slack.records import Channel, Delivery, Message, OpenView, User, WebCall
from bot.playground.slack.response_urls import post_through
from bot.playground.slack.sockets import Sockets
from bot.playground.slack.workspace import Workspace

COMMAND = "/create-registry"


class LocalSlack(LocalServer):
    """One workspace on loopback, with the app installed in it.

    `request_url` is where commands and interactions are POSTed while no socket is open; it may be set later.
    `users`, `channels` and `views` hold everything there ever was, by id; direct messages appear when they are opened.
    `channel_rate` is how many posts a second a channel takes (None = any number). `clock` gives seconds since the
    epoch. Faults know the Web API methods by name, and "response_url".
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
    ) -> None:
        super().__init__()
        self.credentials = Credentials(bot_token=bot_token, app_token=app_token, scopes=frozenset(scopes))
        self.calls: list[WebCall] = []
        self.workspace = Workspace(
            clock=clock, changed=self.changed, base_url=lambda: self.base_url, channel_rate=channel_rate
        )
        self.users: dict[str, User] = self.workspace.users
        self.channels: dict[str, Channel] = self.workspace.channels
        self.views: dict[str, OpenView] = self.workspace.views
        self.sockets = Sockets(self.workspace)
        self.postman = Postman(
            signing_secret=signing_secret, request_url=request_url, clock=clock, sockets=self.sockets
        )

    # The state, as tests and the page read it.

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL gets."""
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
        """What the bot answered to everything it was sent, in the order of the answers."""
        return self.postman.deliveries

    def messages(self, channel_id: str) -> list[Message]:
        """What stands in a channel, oldest first, everybody's ephemerals included."""
        return self.workspace.messages(channel_id)

    # What people do.

    async def command(
        self, text: str = "", *, command: str = COMMAND, user: str = company.ANA, channel: str = company.TEAM_SHOP
    ) -> Delivery:
        """Type a slash command; its answer, or Slack's complaint about the lack of one, shows up as an ephemeral."""
        payload = payloads.command(self.workspace, command=command, text=text, user=user, channel=channel)
        delivery = await self.postman.deliver("slash_commands", payload)
        typed = f"{command} {text}".rstrip()
        show_command_answer(self.workspace, delivery, typed=typed, user=user, channel=channel)
        return delivery

    async def submit(
        self, view_id: str, values: Values | None = None, *, user: str | None = None, times: int = 1
    ) -> Delivery:
        """Fill in `values` (block id, action id, value), leave the rest as shown, and press Submit.

        An option is given by its value, a conversation or person by id, several options as a list; a dict is taken as
        the state entry itself. As Slack's client does, a form with an empty required field is not sent: the result
        then has the error "incomplete_form". `times` deliveries of the same payload go out at once; the first is
        returned, all are in `deliveries`.
        """
        opened = self.views[view_id]
        payload = payloads.submission(self.workspace, opened, values or {}, user=user or opened.user)
        opened.trouble, opened.errors = None, incomplete(opened, opened.view["state"]["values"])
        self.changed()
        if opened.errors:
            return Delivery(kind="interactive", status=None, error="incomplete_form")
        deliveries = await asyncio.gather(*(self._submit_once(opened, payload) for _ in range(times)))
        return deliveries[0]

    async def _submit_once(self, opened: OpenView, payload: Mapping[str, Any]) -> Delivery:
        delivery = await self.postman.deliver("interactive", payload)
        show_submission_answer(self.workspace, delivery, opened)
        return delivery

    async def close(self, view_id: str, *, user: str | None = None, cleared: bool = False) -> Delivery:
        """Press Cancel, or the corner cross when `cleared`; the bot hears of it only with `notify_on_close`."""
        opened = self.views[view_id]
        if cleared:
            opened = self.views[opened.view["root_view_id"]]
            close_stack(self.workspace, opened)
        opened.open = False
        self.changed()
        if not opened.view["notify_on_close"]:
            return Delivery(kind="interactive", status=None)
        payload = payloads.closed(self.workspace, opened, user=user or opened.user, cleared=cleared)
        return await self.postman.deliver("interactive", payload)

    async def press(self, *, channel: str, ts: str, action_id: str, user: str = company.ANA) -> Delivery:
        """Press a button of a message. Raises LookupError when there is no such message or button."""
        message = self.workspace.message(channel, ts)
        if message is None:
            raise LookupError(ts)
        return await self.postman.deliver(
            "interactive", payloads.pressed(self.workspace, message, action_id, user=user)
        )

    async def send_event(self, event: Mapping[str, Any]) -> Delivery:
        """Send one event of the Events API, for example `{"type": "app_home_opened", …}`."""
        return await self.postman.deliver("events_api", payloads.event(self.workspace, event))

    def say(self, text: str, *, user: str = company.ANA, channel: str = company.TEAM_SHOP) -> Message:
        """Post a person's message."""
        return self.workspace.post(channel, user=user, via="person", text=text)

    def delete(self, channel: str, ts: str) -> None:
        """Delete a message. Raises KeyError when there is none."""
        self.workspace.delete(channel, ts)

    def invite_bot(self, channel: str) -> None:
        """`/invite @registry-bot`."""
        self.channels[channel].members.add(company.BOT_USER)
        self.changed()

    def refuse_token(self, code: str | None = "token_revoked") -> None:
        """Accept the bot token no more, as when the app is removed; None accepts it again. response_urls go on working."""
        self.credentials.refused = code

    # Real requests that a test may bend.

    async def deliver_raw(
        self,
        body: bytes,
        *,
        headers: Mapping[str, str | None] | None = None,
        timestamp: str | None = None,
        signature: str | None = None,
        content_type: str = FORM,
    ) -> Delivery:
        """POST any body to the bot, signed unless told otherwise; its answer changes nothing here.

        `headers` are added or replaced; None leaves one out.
        """
        return await self.postman.post(
            body, kind="raw", content_type=content_type, headers=headers, timestamp=timestamp, signature=signature
        )

    def sign(self, body: bytes, timestamp: str) -> str:
        """The signature that Slack would give this body at this time."""
        return self.postman.sign(body, timestamp)

    def command_body(
        self, text: str = "", *, command: str = COMMAND, user: str = company.ANA, channel: str = company.TEAM_SHOP
    ) -> bytes:
        """The body of a command, with a working trigger and response_url."""
        fields = payloads.command(self.workspace, command=command, text=text, user=user, channel=channel)
        return payloads.encoded("slash_commands", fields)

    def submission_body(self, view_id: str, values: Values | None = None, *, user: str | None = None) -> bytes:
        """The body of a view_submission of an open view, required fields or not."""
        opened = self.views[view_id]
        payload = payloads.submission(self.workspace, opened, values or {}, user=user or opened.user)
        return payloads.encoded("interactive", payload)

    # Socket Mode.

    async def disconnect_sockets(self, reason: str = "refresh_requested", *, abrupt: bool = False) -> None:
        """End every connection with a notice, or `abrupt`ly; reason "warning" is a notice without an end."""
        await self.sockets.disconnect(reason=reason, abrupt=abrupt)

    def freeze_sockets(self) -> None:
        """Let the open connections fall silent without ending."""
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
