"""The process around the contestants: people in Slack, Slack itself, and CodeArts. Spoken to by JSON lines.

It says its addresses first. Each further line asks for a run (`Run`) and is answered with what was measured.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import count, cycle
from typing import Literal

from benchmarks import stand_ins
from benchmarks.line import Line
from benchmarks.slack_requests import Kind, signed

Until = Literal["answer", "end"]

_END_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Requests of one kind to the contestants at `addresses`, in turn.

    `until`: what a person waits for before the next request, the answer alone or also what follows from it (the form
    is opened, the message tells the outcome), and `pause` seconds more. `drained`: whether the run ends only when all of
    that has happened.
    """

    addresses: list[str]
    kind: Kind
    requests: int
    at_once: int = 1
    until: Until = "answer"
    drained: bool = True
    pause: float = 0.0


@dataclass(slots=True)
class Measured:
    """Milliseconds from sending to the answer and to the end; `seconds` of the requests, `drained_seconds` of it all.

    `refused` are answers that were no acceptance, such as the bot's "Saving takes too long" when it is overloaded. `refreshes`
    are the milliseconds in which somebody read the names of all registries.
    """

    answers: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    seconds: float = 0.0
    drained_seconds: float = 0.0
    refused: list[str] = field(default_factory=list)
    refreshes: list[float] = field(default_factory=list)


class World:
    """Keeps what is expected of the contestants: the end of each request, by number."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._ends: dict[int, asyncio.Future[float]] = {}
        self._refreshes: list[float] = []
        self._refresh_begun = 0.0

    def arrived(self, number: int) -> None:
        """Slack heard of the end of a request."""
        end = self._ends.get(number)
        if end is not None and not end.done():
            end.set_result(time.perf_counter())

    def home_shown(self) -> None:
        """Slack was given a Home tab; they are opened one after another."""
        waiting = (number for number, end in self._ends.items() if not end.done())
        self.arrived(next(waiting, 0))

    def names_read(self, page: int, is_last: bool) -> None:
        """CodeArts was asked for a page of all names."""
        now = time.perf_counter()
        if page == 1:
            self._refresh_begun = now
        if is_last:
            self._refreshes.append((now - self._refresh_begun) * 1000)

    async def run(self, run: Run) -> Measured:
        """Carry a run out. Raises TimeoutError when an end does not come, Refused when a contestant hangs up."""
        numbers = [next(self._numbers) for _ in range(run.requests)]
        prepared = iter([(number, signed(run.kind, number)) for number in numbers])
        if run.until == "end" or run.drained:
            loop = asyncio.get_running_loop()
            self._ends = {number: loop.create_future() for number in numbers}
        lines = [await Line.to(address) for _, address in zip(range(run.at_once), cycle(run.addresses), strict=False)]
        measured = Measured()
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as people:
            for line in lines:
                people.create_task(self._person(line, prepared, run, measured))
        measured.seconds = time.perf_counter() - begun
        if self._ends:
            await asyncio.wait_for(asyncio.gather(*self._ends.values()), _END_SECONDS)
        measured.drained_seconds = time.perf_counter() - begun
        self._ends = {}
        measured.refreshes, self._refreshes = self._refreshes, []
        for line in lines:
            line.close()
        return measured

    async def _person(self, line: Line, prepared: Iterator[tuple[int, bytes]], run: Run, measured: Measured) -> None:
        for number, request in prepared:
            exchange = await line.exchange(request)
            if not _accepted(run.kind, exchange.body):
                measured.refused.append(exchange.body or "nothing")
                self._ends.pop(number, None)
                continue
            measured.answers.append((exchange.answered_at - exchange.sent_at) * 1000)
            if run.until == "end":
                ended_at = await asyncio.wait_for(self._ends[number], _END_SECONDS)
                measured.ends.append((ended_at - exchange.sent_at) * 1000)
            if run.pause:
                await asyncio.sleep(run.pause)


def _accepted(kind: Kind, body: str | None) -> bool:
    """Receipts are answered in the body, with what was filled in; where there is any other body, something was refused."""
    if kind in {"status", "list"}:
        return body is not None and stand_ins.FILLED.format(number="") in body
    return body is None


async def main(registries: int) -> None:
    """Serve until the questions end. So many `registries` there are in CodeArts."""
    world, loop = World(), asyncio.get_running_loop()
    slack = stand_ins.slack(form_opened=world.arrived, outcome_told=world.arrived, home_shown=world.home_shown)
    codearts = stand_ins.codearts(registries=registries, names_read=world.names_read)
    servers = [await loop.create_server(kind, "127.0.0.1", 0) for kind in (slack, codearts)]
    slack_port, codearts_port = (server.sockets[0].getsockname()[1] for server in servers)
    _say({"slack": f"http://127.0.0.1:{slack_port}/api/", "codearts": f"http://127.0.0.1:{codearts_port}"})
    gc.freeze()
    while question := await asyncio.to_thread(sys.stdin.readline):
        run = Run(**json.loads(question))
        gc.disable()  # its pauses are not the contestants'
        measured = await world.run(run)
        gc.enable()
        _say(asdict(measured))


def _say(document: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
