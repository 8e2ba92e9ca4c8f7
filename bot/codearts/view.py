"""What the list call has shown so far. Before it has shown one of our registries, an absence from it proves nothing.

The create call does not name a CodeArts project, and the list call sees only one project. So with a wrong
`CODEARTS_PROJECT_ID` the list call never shows the created registries (docs/facts/codearts.md section 0).
"""

import time
from dataclasses import dataclass, field, replace
from typing import Protocol

# A list that has just shown what it should is not checked again before each creation.
_LATELY_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """`proven`: the list has shown a registry whose creation CodeArts had confirmed to us.

    `certain`: its description showed that it was ours, and not somebody else's with the same name. `missed`: a confirmed
    registry did not appear, or perhaps somebody else's appeared in its place. `creator`: the user that creates our
    registries, as the list shows it; None if it is unknown.
    `witness`: the name of a registry that CodeArts confirmed; a list that does not show it (any more) proves no absence.
    `shown_at`: when one last appeared, in seconds since the UTC epoch; 0 if that is unknown.
    """

    proven: bool = False
    certain: bool = False
    missed: bool = False
    creator: str | None = None
    witness: str | None = None
    shown_at: float = field(default=0, compare=False)

    @property
    def shown_lately(self) -> bool:
        """Whether the list has shown one of our registries recently."""
        return self.proven and time.time() - self.shown_at < _LATELY_SECONDS

    def shown(self, name: str, creator: str | None, *, certain: bool) -> "View":
        """The view after a confirmed registry appeared. If one was missed, or the view is certain, only `certain` counts."""
        if (self.missed or self.certain) and not certain:
            return self
        return View(proven=True, certain=certain, creator=creator or self.creator, witness=name, shown_at=time.time())

    def not_shown(self, name: str) -> "View":
        """The view after a confirmed registry did not appear. If the view is certain, the list may only lag behind."""
        if self.certain:
            return replace(self, missed=True, witness=name, shown_at=0)
        return replace(self, proven=False, missed=True, creator=None, witness=None, shown_at=0)

    def creator_doubted(self) -> "View":
        """The view after a registry that is probably ours appeared with another creator. Now only certain evidence counts."""
        return replace(self, creator=None, missed=self.missed or not self.certain) if self.creator else self


class ViewMemory(Protocol):
    """Remembers the view of one endpoint, account and CodeArts project. No method raises; an unknown view is not proven."""

    async def current(self) -> View:
        """The current view."""
        ...

    async def shown(self, name: str, creator: str | None, *, certain: bool) -> None:
        """See `View.shown`."""
        ...

    async def not_shown(self, name: str) -> None:
        """See `View.not_shown`."""
        ...

    async def creator_doubted(self) -> None:
        """See `View.creator_doubted`."""
        ...

    def warn(self) -> None:
        """Tell operators, once, that a created registry does not appear."""
        ...


class InProcessView:
    """Remembers the view until the process ends: for the terminal."""

    def __init__(self) -> None:
        self._view = View()

    async def current(self) -> View:
        """See `ViewMemory`."""
        return self._view

    async def shown(self, name: str, creator: str | None, *, certain: bool) -> None:
        """See `ViewMemory`."""
        self._view = self._view.shown(name, creator, certain=certain)

    async def not_shown(self, name: str) -> None:
        """See `ViewMemory`."""
        self._view = self._view.not_shown(name)

    async def creator_doubted(self) -> None:
        """See `ViewMemory`."""
        self._view = self._view.creator_doubted()

    def warn(self) -> None:
        """See `ViewMemory`."""
