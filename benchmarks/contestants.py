"""The processes that are measured while the world talks to them, each started as its user would start it."""

import contextlib
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import databases
from benchmarks.children import Child, ChildDied
from benchmarks.plan import Plan
from benchmarks.slack_requests import SIGNING_SECRET, Kind
from benchmarks.world import Measured, Run, Until
from tests.support.ports import free_port
from tests.support.postgres import fresh_database

_READY_SECONDS = 60.0
_LOOK_SECONDS = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """One that answers Slack. `address` is `http://host:port`; `ready_seconds` is from its start to its first answer."""

    name: str
    child: Child
    address: str
    ready_seconds: float


class Outside:
    """The world, as the pairs use it."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self.refusals: list[str] = []
        addresses = child.hear()
        self.slack_api_url, self.codearts_url = str(addresses["slack"]), str(addresses["codearts"])

    def run(
        self,
        kind: Kind,
        *to: Contestant,
        requests: int,
        at_once: int = 1,
        until: Until = "answer",
        drained: bool = True,
        pause: float = 0.0,
        may_refuse: bool = False,
    ) -> Measured:
        """See `world.Run`. Raises ChildDied when a contestant breaks off or falls silent, or refuses every tenth request.

        `may_refuse`: to refuse more is no fault.

        What it refused else is in `refusals`, for the notes.
        """
        addresses = [each.address for each in to]
        run = Run(
            addresses=addresses,
            kind=kind,
            requests=requests,
            at_once=at_once,
            until=until,
            drained=drained,
            pause=pause,
        )
        try:
            measured = Measured(**self._child.ask(asdict(run), seconds=300))
        except ChildDied as error:
            raise ChildDied(f"{error}\n{_last_words(to)}") from None
        if not may_refuse and len(measured.refused) * 10 > requests:
            raise ChildDied(f"{len(measured.refused)} of {requests} refused: {measured.refused[0]}\n{_last_words(to)}")
        if measured.refused:
            said = measured.refused[0].strip()
            self.refusals.append(
                f"{to[0].name} refused {len(measured.refused)} of {requests}, {at_once} at once: {said}"
            )
        return measured


@contextlib.contextmanager
def outside(plan: Plan, *, registries: int = 0) -> Iterator[Outside]:
    """Slack, CodeArts with so many `registries`, and the people."""
    with Child("-m", "benchmarks.world", str(registries), name="world", folder=plan.scratch(), asked=True) as child:
        yield Outside(child)


@contextlib.contextmanager
def bot(
    plan: Plan, world: Outside, *, name: str = "bot", database: str | None = None, **environment: str
) -> Iterator[Contestant]:
    """`registry-bot run`, on a fresh SQLite file unless a database is given."""
    folder = plan.scratch()
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-benchmarks",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": world.slack_api_url,
        "HUAWEICLOUD_SDK_AK": "AKBENCH",
        "HUAWEICLOUD_SDK_SK": "benchmarks",
        "HUAWEICLOUD_SDK_DOMAIN_ID": "d" * 32,
        "CODEARTS_PROJECT_ID": "p" * 32,
        "CODEARTS_ENDPOINT": world.codearts_url,
        "DATABASE_URL": database or f"sqlite:///{folder / 'bot.sqlite3'}",
        "HOST": "127.0.0.1",
        **environment,
    }

    def start(port: int) -> Child:
        return Child("-m", "bot", "run", name=name, folder=folder, environment={**settings, "PORT": str(port)})

    with _started(name, start, path="/readyz", ready=lambda status: status == 200) as contestant:
        yield contestant


@contextlib.contextmanager
def bot_with_past(plan: Plan, world: Outside, kind: str, *, finished: int) -> Iterator[Contestant]:
    """A bot on a SQLite or PostgreSQL database in which a bot has finished so many requests, or on an empty one."""
    with contextlib.ExitStack() as stack:
        in_file = f"sqlite:///{plan.scratch() / 'bot.sqlite3'}"
        url = in_file if kind == "SQLite" else stack.enter_context(fresh_database("bench"))
        if finished:
            with bot(plan, world, name="earlier", database=url) as earlier:
                world.run("submission", earlier, requests=20, at_once=4)
            databases.fill(url, finished)
        yield stack.enter_context(bot(plan, world, name=f"{kind}, {finished:,} finished", database=url))


@contextlib.contextmanager
def bare_bolt(plan: Plan, world: Outside, *, before_response: bool = False) -> Iterator[Contestant]:
    """A bare slack-bolt app; it has no readiness of its own, so it is ready when it answers at all."""
    switch = ["--before-response"] if before_response else []
    name = "bolt, before_response" if before_response else "bolt"
    arguments = (world.slack_api_url, SIGNING_SECRET, *switch)
    with _peer("bolt", plan.scratch(), name, *arguments) as contestant:
        yield contestant


@contextlib.contextmanager
def signature_only(plan: Plan) -> Iterator[Contestant]:
    """The floor of an answer."""
    with _peer("signature_only", plan.scratch(), "floor", SIGNING_SECRET) as contestant:
        yield contestant


@contextlib.contextmanager
def straight(plan: Plan, world: Outside) -> Iterator[Contestant]:
    """The floor of a whole request."""
    arguments = (world.slack_api_url, world.codearts_url, SIGNING_SECRET)
    with _peer("straight", plan.scratch(), "floor", *arguments) as contestant:
        yield contestant


@contextlib.contextmanager
def _peer(module: str, folder: Path, name: str, *arguments: str) -> Iterator[Contestant]:
    def start(port: int) -> Child:
        return Child("-m", f"benchmarks.peers.{module}", str(port), *arguments, name=name, folder=folder)

    with _started(name, start, path="/slack/events", ready=bool) as contestant:
        yield contestant


@contextlib.contextmanager
def _started(
    name: str, start: Callable[[int], Child], *, path: str, ready: Callable[[int], bool]
) -> Iterator[Contestant]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with start(port) as child:
        while not ready(_status(address + path)):
            if not child.alive or time.perf_counter() - child.started_at > _READY_SECONDS:
                raise ChildDied(child.last_words())
            time.sleep(_LOOK_SECONDS)
        seconds = time.perf_counter() - child.started_at
        yield Contestant(name=name, child=child, address=address, ready_seconds=seconds)


def _last_words(contestants: Iterable[Contestant]) -> str:
    return "\n".join(each.child.last_words() for each in contestants)


def _status(url: str) -> int:
    """The HTTP status of a GET; 0 while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
