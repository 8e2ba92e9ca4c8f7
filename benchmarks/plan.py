"""How much is measured, and where the processes may write."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`quick` is a look, not a measurement: all pairs in a few minutes on two cores. `folder` is scratch."""

    quick: bool
    folder: Path
    notes: list[str] = field(default_factory=list)

    def pick(self, *, quick: int, full: int) -> int:
        """The number for this kind of run."""
        return quick if self.quick else full

    def levels(self, *, quick: Sequence[int], full: Sequence[int]) -> Sequence[int]:
        """The same for a list of them."""
        return quick if self.quick else full

    def scratch(self) -> Path:
        """A fresh empty folder."""
        folder = self.folder / f"{next(_numbers):03d}"
        folder.mkdir()
        return folder
