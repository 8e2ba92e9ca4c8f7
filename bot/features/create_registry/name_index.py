"""The names that are taken in the cloud, in memory: so that a taken one is refused in the form, without asking the cloud.

It may lag behind, and does no harm where it does: a name that it holds for free is looked up again before anything is
created, and one that was freed is free again after the next refresh. What was just created stays taken although the list
lags: until a refresh has shown it, but not for ever.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from bot.domain.naming_rule import NamingRule
from bot.domain.outcomes import Reason
from bot.domain.registry import Created, Outcome
from bot.errors import LookupFailed, Violation
from bot.features.create_registry.rules import Rule, suggest_free_name

# Forms that are opened one after another need no list each.
_FRESH_SECONDS = 5.0
# As long as a call may be on its way: longer than any list is known to lag.
_LAG_SECONDS = 600.0

logger = logging.getLogger(__name__)


class NameIndex:
    """Names compared without upper and lower case. Empty until the first refresh has ended.

    `read` gives the names of all registries, or raises `LookupFailed`; None where they cannot be read at all.
    """

    def __init__(self, read: Callable[[], Awaitable[list[str]]] | None) -> None:
        self._read = read
        self._names: dict[str, str] = {}
        # What certainly exists and has not shown yet, with the moment at which that was known.
        self._unseen: dict[str, tuple[str, float]] = {}
        self._refreshed_at = float("-inf")
        self._refreshing: asyncio.Task[None] | None = None

    def taken(self, name: str) -> str | None:
        """How a registry of this name is spelt, or None where none is known."""
        return self._names.get(name.casefold())

    def add(self, name: str) -> None:
        """One that certainly exists."""
        self._names[name.casefold()] = name
        self._unseen[name.casefold()] = (name, time.monotonic())

    def refresh_soon(self) -> None:
        """Read the list in the background, unless that has just happened or is under way."""
        fresh = time.monotonic() - self._refreshed_at < _FRESH_SECONDS
        if self._read is None or fresh or (self._refreshing and not self._refreshing.done()):
            return
        self._refreshing = asyncio.create_task(self._refresh(self._read))

    async def _refresh(self, read: Callable[[], Awaitable[list[str]]]) -> None:
        try:
            names = await read()
        except LookupFailed as failure:
            logger.warning("the names that are taken could not be read", extra={"code": failure.code})
            return
        shown, now = {name.casefold(): name for name in names}, time.monotonic()
        self._unseen = {
            folded: (name, since)
            for folded, (name, since) in self._unseen.items()
            if folded not in shown and now - since < _LAG_SECONDS
        }
        self._names = {folded: name for folded, (name, _) in self._unseen.items()} | shown
        self._refreshed_at = now


def name_taken(spelt: str, names: NameIndex, naming: NamingRule | None) -> Violation:
    """That a registry of this name exists, with a name that is free as far as we know."""
    params = {"name": spelt, "suggestion": free_name(spelt, names, naming)}
    return Violation(field="name", rule=Rule.NAME_TAKEN, params=params)


def free_name(taken: str, names: NameIndex, naming: NamingRule | None) -> str:
    """The nearest name that may be asked for, and is free as far as we know."""
    return suggest_free_name(taken, is_taken=lambda name: names.taken(name) is not None, naming=naming)


def note_outcome(names: NameIndex, name: str, outcome: Outcome) -> None:
    """What the outcome of a request tells of its name."""
    if isinstance(outcome, Created):
        names.add(name)
    elif outcome.code in {Reason.ALREADY_EXISTS, Reason.TAKEN_MEANWHILE}:
        names.add(outcome.message or name)
