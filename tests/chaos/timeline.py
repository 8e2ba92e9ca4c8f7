"""When which call arrived at which server; the servers themselves keep no times of calls."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.playground.codearts.records import CloudCall
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.records import Delivery, WebCall
from bot.playground.slack.server import LocalSlack


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at `at` (`time.monotonic()`); `call` changes until it is answered."""

    at: float
    what: str
    call: WebCall | CloudCall | Delivery | None = None

    def concerns(self, *words: str) -> bool:
        """Whether one of the words stands in the call; anything but a call concerns everybody."""
        match self.call:
            case CloudCall():
                text = self.call.body.decode(errors="replace") + str(self.call.query)
            case WebCall():
                # A history shows everybody's messages.
                answer = "" if self.call.method == "conversations.history" else json.dumps(self.call.answer)
                text = json.dumps(self.call.args) + answer
            case Delivery():
                text = self.call.body
            case _:
                return True
        return any(word in text for word in words)

    def told(self, start: float) -> str:
        """One line, with the seconds since `start`."""
        call = self.call
        detail = ""
        if isinstance(call, WebCall):
            answer = call.answer if isinstance(call.answer, dict) else {}
            detail = f"ts={call.args.get('ts') or answer.get('ts')} {str(call.args.get('text', ''))[:90]!r}"
        elif isinstance(call, CloudCall):
            detail = call.trace_id
        elif isinstance(call, Delivery):
            detail = call.body[:200]
        status = "" if call is None else f" -> {call.status}"
        applied = " applied" if isinstance(call, WebCall | CloudCall) and call.applied else ""
        return f"{self.at - start:8.3f} {self.what}{status}{applied} {detail}"


class Timeline:
    """Everything that arrived, in order, counted by what it was; deliveries to the bot count as "answer"."""

    def __init__(self, slack: LocalSlack, cloud: LocalCodeArts) -> None:
        self.events: list[Event] = []
        self.start = time.monotonic()
        self._slack, self._cloud = slack, cloud
        self._counts: Counter[str] = Counter()
        self._seen = [0, 0, 0]
        self._news = asyncio.Event()
        slack.subscribe(self._look)
        cloud.subscribe(self._look)

    @property
    def last_call_at(self) -> float:
        """When the last event was."""
        return self.events[-1].at if self.events else self.start

    def note(self, what: str) -> None:
        """Add something that is not a call, such as a kill."""
        self._add(what, None)

    async def wait_for(self, what: str, number: int, *, seconds: float) -> None:
        """Return as soon as `number` more of these have arrived. Raises TimeoutError."""
        target = self._counts[what] + number
        await self.until(lambda: self._counts[what] >= target, seconds=seconds)

    async def until(self, predicate: Callable[[], bool], *, seconds: float) -> None:
        """Return as soon as this holds after a change at the servers. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not predicate():
                await self._news.wait()

    def about(self, *words: str) -> list[str]:
        """The lines that concern one request, and the kills between them."""
        return [event.told(self.start) for event in self.events if event.concerns(*words)]

    def _look(self) -> None:
        everything: tuple[Sequence[WebCall | CloudCall | Delivery], ...] = (
            self._slack.calls,
            self._cloud.calls,
            self._slack.deliveries,
        )
        for index, calls in enumerate(everything):
            for call in calls[self._seen[index] :]:
                self._add(_name(call), call)
            self._seen[index] = len(calls)
        # Those who wait now are woken; those who wait later wait for the next change.
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _add(self, what: str, call: WebCall | CloudCall | Delivery | None) -> None:
        self.events.append(Event(at=time.monotonic(), what=what, call=call))
        self._counts[what] += 1


def _name(call: WebCall | CloudCall | Delivery) -> str:
    match call:
        case WebCall():
            return call.method
        case CloudCall():
            return call.operation
        case Delivery():
            return "answer"
