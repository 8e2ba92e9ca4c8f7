"""Bad weather: at random instants a random call to CodeArts or Slack meets a random fault."""

import asyncio
import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.serving import LocalServer
from bot.playground.slack.server import LocalSlack

MakeFault = Callable[[random.Random], Fault]
_PAUSE = 0.12  # seconds between two faults, on average
# A slow Slack call must have ended before the next life looks for its message: what a call of a dead process does later
# than that can be known by nobody. (A life takes more than a second to start.)
SLACK_SLOW_MAX = 0.7


def _slow(longest: float) -> MakeFault:
    return lambda choice: Fault.slow(choice.uniform(0.05, longest))


def _always(fault: Fault) -> MakeFault:
    return lambda _choice: fault


_GATEWAY_DOWN = {"error_code": "APIGW.0201", "error_msg": "Backend unavailable", "request_id": "{trace_id}"}
_THROTTLED = {"error_code": "APIGW.0308", "error_msg": "Throttled", "request_id": "{trace_id}"}
_BUSY = Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})

CODEARTS: Mapping[str, tuple[MakeFault, ...]] = {
    "create": (
        _slow(1.5),
        _slow(3.0),
        _always(Fault.drop(apply=True)),
        _always(Fault.drop(apply=True, reset=False)),
        _always(Fault.answer(503, _GATEWAY_DOWN, apply=True)),
        _always(Fault.truncate(apply=True)),
        _always(Fault.garbage(apply=True)),
        _always(Fault.answer(429, _THROTTLED)),
    ),
    "list": (
        _slow(1.0),
        _always(Fault.drop()),
        _always(Fault.answer(503, _GATEWAY_DOWN)),
        _always(Fault.truncate(apply=True)),
        _always(Fault.answer(429, _THROTTLED)),
    ),
}
# The call did not apply, and nobody tells: only the long look-up can know. So far apart (in seconds) that none strikes the
# same request twice: two calls of one request without an answer are reported as unconfirmed, and rightly so.
_RARE_EVERY = 120.0
RARE: Mapping[str, tuple[MakeFault, ...]] = {
    "create": (_always(Fault.drop()), _always(Fault.answer(503, _GATEWAY_DOWN)), _always(Fault.truncate())),
}
_POSTING = (
    _slow(SLACK_SLOW_MAX),
    _always(Fault.drop(apply=True)),
    _always(Fault.drop(apply=True, reset=False)),
    _always(Fault.drop()),
    _always(Fault.answer(500, "oops")),
    _always(Fault.answer(500, "oops", apply=True)),
    _always(Fault.truncate(apply=True)),
    _always(_BUSY),
)
_READING = (_slow(SLACK_SLOW_MAX), _always(Fault.drop()), _always(Fault.answer(500, "oops")), _always(_BUSY))
SLACK: Mapping[str, tuple[MakeFault, ...]] = {
    "chat.postMessage": _POSTING,
    "chat.update": _POSTING,
    "conversations.history": _READING,
    "views.open": _READING,
    "auth.test": _READING,
}


class Storm:
    """Adds faults; never two at a time for one operation."""

    def __init__(
        self, slack: LocalSlack, cloud: LocalCodeArts, choice: random.Random, *, approvals: bool = False
    ) -> None:
        self._choice = choice
        self._cloud = cloud
        self.count = 0
        self._rare_from = 0.0
        self._targets: list[tuple[LocalServer, str, tuple[MakeFault, ...], float]] = [
            *((cloud, operation, faults, 2.0) for operation, faults in CODEARTS.items()),
            # One for auth.test waits for the next start, so that few are enough.
            *((slack, name, faults, 0.1 if name == "auth.test" else 1.0) for name, faults in SLACK.items()),
            *((cloud, operation, faults, 0.2) for operation, faults in RARE.items()),
            *([(slack, "usergroups.users.list", _READING, 0.3)] if approvals else []),
        ]

    @contextlib.asynccontextmanager
    async def raging(self) -> AsyncIterator[None]:
        """Add faults while the block runs; what has not struck by its end is taken back."""
        rage = asyncio.create_task(self._rage())
        try:
            yield
        finally:
            rage.cancel()
            for server, operation, *_ in self._targets:
                server.faults.clear(operation)

    async def _rage(self) -> None:
        weights = [weight for *_, weight in self._targets]
        while True:
            await asyncio.sleep(self._choice.expovariate(1 / _PAUSE))
            ((server, operation, faults, _),) = self._choice.choices(self._targets, weights)
            if faults is RARE.get(operation):
                if time.monotonic() < self._rare_from:
                    continue
                self._rare_from = time.monotonic() + _RARE_EVERY
            if self._somebody_cannot_look():
                self.count -= len(self._cloud.faults.waiting("list"))
                self._cloud.faults.clear("list")
                if operation == "list":
                    continue
            if not server.faults.waiting(operation):
                server.faults.add(operation, self._choice.choice(faults)(self._choice))
                self.count += 1

    def _somebody_cannot_look(self) -> bool:
        """Whether a request looks for its name a third time before it has sent anything.

        After the fourth it would create blindly, and if that answer is lost too, it is reported as unconfirmed, rightly.
        """
        created = {json.loads(call.body)["display_name"] for call in self._cloud.calls if call.operation == "create"}
        lists = [call for call in self._cloud.calls if call.operation == "list"]
        looks = Counter(call.query["qname"] for call in lists if call.query["is_recycle_bin"] == "false")
        return any(count > 2 and name not in created for name, count in looks.items())
