"""What the list call has been seen to show: without it, that a registry is not listed proves nothing.

The create call names no CodeArts project and the list call sees one project only. So a registry may be created where the
list call, with a wrong `CODEARTS_PROJECT_ID`, never shows it (docs/facts/codearts.md section 0).
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """`proven`: the list has shown a registry whose creation CodeArts had confirmed to us.

    `creator`: the user that makes our registries, as the list shows it; None where that is not known.
    """

    proven: bool = False
    creator: str | None = None


class ViewMemory(Protocol):
    """Remembers the view of one endpoint, account and CodeArts project. No method raises: what is not known is not proven."""

    async def current(self) -> View:
        """What is known now."""
        ...

    async def prove(self, creator: str | None) -> None:
        """The list shows a registry of ours, made by `creator` (None where the list does not say)."""
        ...

    async def doubt_creator(self) -> None:
        """A registry that is probably ours bears another creator: it is no evidence until the next proof."""
        ...

    def missed(self) -> None:
        """A registry whose creation CodeArts confirmed does not show in the list."""
        ...


class InProcessView:
    """Forgets everything with the process: for the terminal."""

    def __init__(self) -> None:
        self._view = View()

    async def current(self) -> View:
        """See `ViewMemory`."""
        return self._view

    async def prove(self, creator: str | None) -> None:
        """See `ViewMemory`."""
        self._view = View(proven=True, creator=creator or self._view.creator)

    async def doubt_creator(self) -> None:
        """See `ViewMemory`."""
        self._view = View(proven=self._view.proven)

    def missed(self) -> None:
        """See `ViewMemory`."""
