"""The names taken in the cloud, kept in memory, so that the form can refuse a taken one without calling the cloud.

It may be out of date without harm: a name is looked up again before anything is created, and a freed name is available after
the next refresh. A name just created stays taken until a refresh has shown it, but not for ever.
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

# Forms opened in quick succession share one list.
_FRESH_SECONDS = 5.0
# As long as a call may be on its way: longer than any list is known to lag.
_LAG_SECONDS = 600.0

logger = logging.getLogger(__name__)


class NameIndex:
    """Names, compared without regard to case. Empty until the first refresh has ended.

    `read` returns the names of all registries, or raises `LookupFailed`; None if they cannot be read at all.
    """

    def __init__(self, read: Callable[[], Awaitable[list[str]]] | None) -> None:
        self._read = read
        self._names: dict[str, str] = {}
        # What certainly exists but has not appeared in the list yet, with the moment at which that was known.
        self._unseen: dict[str, tuple[str, float]] = {}
        self._refreshed_at = float("-inf")
        self._refreshing: asyncio.Task[None] | None = None

    def taken(self, name: str) -> str | None:
        """The spelling of the registry with this name, or None if none is known."""
        return self._names.get(name.casefold())

    def add(self, name: str) -> None:
        """Add a name that certainly exists."""
        self._names[name.casefold()] = name
        self._unseen[name.casefold()] = (name, time.monotonic())

    def refresh_soon(self) -> None:
        """Read the list in the background, unless that has just happened or is in progress."""
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
    """The violation if a registry with this name exists, with a suggestion that is free as far as we know."""
    params = {"name": spelt, "suggestion": free_name(spelt, names, naming)}
    return Violation(field="name", rule=Rule.NAME_TAKEN, params=params)


def free_name(taken: str, names: NameIndex, naming: NamingRule | None) -> str:
    """The most similar valid name that is free as far as we know."""
    return suggest_free_name(taken, is_taken=lambda name: names.taken(name) is not None, naming=naming)


def note_outcome(names: NameIndex, name: str, outcome: Outcome) -> None:
    """Learn from the outcome of a request whether its name is taken."""
    if isinstance(outcome, Created):
        names.add(name)
    elif outcome.code in {Reason.ALREADY_EXISTS, Reason.TAKEN_MEANWHILE}:
        names.add(outcome.message or name)
