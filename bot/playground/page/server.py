"""The page server: serves the browser page, streams what changed, and does what the person in the browser does.

| route | does |
|---|---|
| `GET /`, `GET /static/…` | the page: plain files, no build step |
| `GET /events?as=<user id>` | server-sent events: `snapshot` (the whole state, JSON) after a change, `beat` between them |
| `POST /page/…` | what the person does: doing.py |
| `POST /page/bot` | `{}`: kill the bot's process; only if the demo started one |
| `POST /page/policy` | `{policy}`: which requests need an approval; also only then, because the bot is restarted with it |

Each browser tab chooses its person: two tabs can be two people. Which requests are allowed at all: requests.py.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from aiohttp import web

from bot.playground.bot_watch import BotWatch
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.page.cloud_snapshot import cloud_part
from bot.playground.page.doing import Doing
from bot.playground.page.requests import Json, add_headers, only_loopback, plain_complaints, posted, text_of
from bot.playground.page.snapshot import policy_part, workspace_part
from bot.playground.policies import FIRST, POLICIES, Policy
from bot.playground.scenarios import CloudMood
from bot.playground.serving import LocalServer
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack

# Restarts the bot with the settings of this policy.
Follow = Callable[[Policy], Awaitable[None]]

STATIC = Path(__file__).parent / "static"

_SECONDS_BETWEEN_BEATS = 5.0
_SECONDS_TO_COALESCE = 0.03


class Page(LocalServer):
    """The page over one local Slack and one local CodeArts.

    `mood` holds the scenario chosen for the cloud. `watch`, `kill_bot` and `follow` are set by `watch_bot`; `policy` is the
    one that the bot was last given.
    """

    def __init__(self, *, slack: LocalSlack, cloud: LocalCodeArts) -> None:
        super().__init__()
        self.slack, self.cloud = slack, cloud
        self.mood = CloudMood(cloud)
        self.doing = Doing(slack=slack, cloud=cloud, mood=self.mood)
        self.watch: BotWatch | None = None
        self.kill_bot: Callable[[], None] | None = None
        self.policy = FIRST
        self.follow: Follow | None = None

    def watch_bot(
        self, ready_url: str, *, kill: Callable[[], None] | None = None, follow: Follow | None = None
    ) -> None:
        """Show whether the bot behind this `/readyz` address is up.

        With `kill`, also a button that kills it; with `follow`, which restarts it, also the choice of a policy.
        Needs a running event loop. Ends with `stop`.
        """
        self.watch, self.kill_bot, self.follow = BotWatch(ready_url, changed=self.changed), kill, follow
        self.watch.start()

    def bot_is_up(self) -> bool:
        """Whether the bot was ready at the last probe."""
        return self.watch is not None and self.watch.state == "up"

    def bot_ended(self) -> None:
        """Show at once that the bot has ended, not only after the next probe."""
        if self.watch is not None:
            self.watch.ended()

    async def stop(self) -> None:
        """Stop watching and serving."""
        if self.watch is not None:
            await self.watch.stop()
        await super().stop()

    def application(self) -> web.Application:
        """The routes of this module's docstring."""
        app = web.Application(middlewares=[only_loopback, plain_complaints])
        app.on_response_prepare.append(add_headers)
        app.router.add_get("/", _index)
        app.router.add_static("/static/", STATIC)
        app.router.add_get("/events", self._events)
        for name, doer in {**self.doing.doers, "bot": self._kill, "policy": self._choose_policy}.items():
            app.router.add_post(f"/page/{name}", posted(doer))
        return app

    def snapshot(self, person: str) -> Json:
        """Everything that the page shows to `person`, a user id."""
        return {
            **workspace_part(self.slack, person),
            "bot": self._bot_part(),
            "policy": policy_part(self.policy, person) if self.follow else None,
            "cloud": cloud_part(self.cloud, self.mood),
        }

    def _bot_part(self) -> Json:
        state = "unknown" if self.watch is None else self.watch.state
        return {
            "name": self.slack.users[company.BOT_USER].real_name,
            "state": state,
            "detail": "" if self.watch is None else self.watch.detail,
            "killable": state == "up" and self.kill_bot is not None,
        }

    async def _events(self, request: web.Request) -> web.StreamResponse:
        person = request.query.get("as", "")
        if not self.doing.is_person(person):
            person = company.ANA
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        with contextlib.suppress(ConnectionError), self._changes() as changed:  # raised when the browser leaves
            await self._stream(response, person, changed)
        return response

    async def _stream(self, response: web.StreamResponse, person: str, changed: asyncio.Event) -> None:
        sent = ""
        while True:
            try:
                async with asyncio.timeout(_SECONDS_BETWEEN_BEATS):
                    await changed.wait()
            except TimeoutError:
                await response.write(b"event: beat\ndata: 0\n\n")
                continue
            changed.clear()
            current = json.dumps(self.snapshot(person))
            if current != sent:
                await response.write(f"event: snapshot\ndata: {current}\n\n".encode())
            sent = current
            await asyncio.sleep(_SECONDS_TO_COALESCE)

    @contextmanager
    def _changes(self) -> Iterator[asyncio.Event]:
        """An event that is set now and whenever Slack, the cloud or the page itself changes."""
        changed = asyncio.Event()
        changed.set()
        with ExitStack() as subscriptions:
            for source in (self.slack, self.cloud, self):
                subscriptions.callback(source.subscribe(changed.set))
            yield changed

    async def _kill(self, _body: Json) -> Json:
        if self.kill_bot is None:
            raise web.HTTPNotFound(text="This page did not start the bot.")
        self.kill_bot()
        return {}

    async def _choose_policy(self, body: Json) -> Json:
        policy = POLICIES[text_of(body, "policy")]
        if self.follow is None or self.watch is None:
            raise web.HTTPNotFound(text="This page did not start the bot.")
        if policy is not self.policy:
            self.policy = policy
            self.watch.starts_again()
            await self.follow(policy)
        return {}


async def _index(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html")
