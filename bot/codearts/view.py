"""What the list call has been seen to show: without it, that a registry is not listed proves nothing.

The create call names no CodeArts project and the list call sees one project only. So a registry may be created where the
list call, with a wrong `CODEARTS_PROJECT_ID`, never shows it (docs/facts/codearts.md section 0).
"""

import time
from dataclasses import dataclass, field, replace
from typing import Protocol

# A list that has just shown what it must is not asked for it again before each creation.
_LATELY_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """`proven`: the list has shown a registry whose creation CodeArts had confirmed to us.

    `certain`: its description showed that it was that one, and not somebody else's of the same name. `missed`: a confirmed
    one did not show, or perhaps another's in its place. `creator`: the user that makes our registries, as the list shows
    it; None where that is not known.
    `witness`: the name of a registry that CodeArts confirmed; a list that does not show it (any more) proves no absence.
    `shown_at`: when one was last seen to show, in seconds since the UTC epoch; 0 where that is not known.
    """

    proven: bool = False
    certain: bool = False
    missed: bool = False
    creator: str | None = None
    witness: str | None = None
    shown_at: float = field(default=0, compare=False)

    @property
    def shown_lately(self) -> bool:
        """Whether the list has shown what it must a moment ago."""
        return self.proven and time.time() - self.shown_at < _LATELY_SECONDS

    def shown(self, name: str, creator: str | None, *, certain: bool) -> "View":
        """After a confirmed registry showed. Where one did not, or something is certain, it must be `certain` to count."""
        if (self.missed or self.certain) and not certain:
            return self
        return View(proven=True, certain=certain, creator=creator or self.creator, witness=name, shown_at=time.time())

    def not_shown(self, name: str) -> "View":
        """After a confirmed registry did not show. What is certain may lag behind: then it has to show later."""
        if self.certain:
            return replace(self, missed=True, witness=name, shown_at=0)
        return replace(self, proven=False, missed=True, creator=None, witness=None, shown_at=0)

    def creator_doubted(self) -> "View":
        """After a registry that is probably ours showed with another creator. From then on only what is certain counts."""
        return replace(self, creator=None, missed=self.missed or not self.certain) if self.creator else self


class ViewMemory(Protocol):
    """Remembers the view of one endpoint, account and CodeArts project. No method raises: what is not known is not proven."""

    async def current(self) -> View:
        """What is known now."""
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
        """Tell operators, once, that what was created does not show."""
        ...


class InProcessView:
    """Forgets everything with the process: for the terminal."""

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
