"""Whether the bot can do its work right now, and if not, why: what `readyz` says."""

import asyncio
import time

from bot.slack.identity import Identity
from bot.slack.socket import SocketDoor
from bot.workflow.engine import WorkflowEngine

_PING_SECONDS = 2.0
_PING_KEPT_SECONDS = 1.0


class Health:
    """Collects the reasons not to be ready. One line each, none when all is well."""

    def __init__(self, *, identity: Identity) -> None:
        self._identity = identity
        self._engine: WorkflowEngine | None = None
        self._socket: SocketDoor | None = None
        self._undelivered: dict[str, str] = {}
        self._ping: asyncio.Future[str | None] | None = None
        self._pinged_at = 0.0

    def watch(self, engine: WorkflowEngine) -> None:
        """Take the engine and its database into account."""
        self._engine = engine

    def watch_socket(self, door: SocketDoor) -> None:
        """Take the Socket Mode connection into account."""
        self._socket = door

    def undelivered(self, request_id: str, code: str | None) -> None:
        """Note that an outcome has found no way to anybody (`code` is Slack's reason), or with None that it has."""
        if code is None:
            self._undelivered.pop(request_id, None)
        else:
            self._undelivered[request_id] = code

    async def why_not_ready(self) -> list[str]:
        """The reasons, most basic first."""
        reasons = []
        if self._engine is None or not self._engine.launched:
            reasons.append("the durable engine is not running")
        else:
            reasons += await self._database()
            reasons += [self._engine.upkeep.trouble] if self._engine.upkeep.trouble else []
        if self._identity.trouble:
            reasons.append(self._identity.trouble)
        if self._socket is not None and (trouble := self._socket.why_not_ready()):
            reasons.append(trouble)
        if self._undelivered:
            codes = ", ".join(sorted(set(self._undelivered.values())))
            reasons.append(f"{len(self._undelivered)} outcome(s) not announced yet ({codes})")
        return reasons

    async def _database(self) -> list[str]:
        assert self._engine is not None  # noqa: S101  the caller looked
        # Shared and kept for a moment: a ping is a write, and whoever can ask could keep the database busy with asking.
        if self._ping is None or time.monotonic() - self._pinged_at > _PING_KEPT_SECONDS:
            if self._ping is None or self._ping.done():
                self._ping = asyncio.ensure_future(self._engine.ping())
            self._pinged_at = time.monotonic()
        done, _ = await asyncio.wait({self._ping}, timeout=_PING_SECONDS)
        trouble = self._ping.result() if done else "no answer"
        return [f"the database cannot be used: {trouble}"] if trouble else []
