"""What was measured: one value a round for each contestant, and how two of them compare."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

Values = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What must hold: a bound on the ratio, the difference, or our value alone."""

    of: Literal["ratio", "difference", "value"] = "ratio"
    at_most: float | None = None
    at_least: float | None = None

    def kept(self, value: float) -> bool:
        """Whether the value is within the bound."""
        return (self.at_most is None or value <= self.at_most) and (self.at_least is None or value >= self.at_least)

    def __str__(self) -> str:
        bound = f"≤ {self.at_most:g}" if self.at_most is not None else f"≥ {self.at_least:g}"
        return bound if self.of == "ratio" else f"{self.of} {bound}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of ours beside one peer; the lists have one value a round. `peer` is None where there is nobody."""

    figure: str
    unit: str
    ours: str
    ours_rounds: Sequence[float]
    peer: str | None = None
    peer_rounds: Sequence[float] = ()
    promise: Promise | None = None

    @property
    def ratios(self) -> list[float]:
        """Ours by the peer's, round by round."""
        return [a / b for a, b in zip(self.ours_rounds, self.peer_rounds, strict=False) if b]

    @property
    def verdict(self) -> bool | None:
        """Whether the promise is kept by the medians; None without one."""
        if self.promise is None:
            return None
        mine = median(self.ours_rounds)
        if self.promise.of == "value":
            return self.promise.kept(mine)
        if self.promise.of == "difference":
            return self.promise.kept(mine - median(self.peer_rounds))
        return self.promise.kept(median(self.ratios))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The rows of one pair, and what the reader has to know about them."""

    title: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()


@dataclass(slots=True)
class Samples:
    """Values by figure and contestant, in the order of the rounds."""

    _values: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, contestant: str, values: Values) -> None:
        """One round of one contestant."""
        for figure, value in values.items():
            self._values[figure, contestant].append(value)

    def row(self, figure: str, unit: str, ours: str, peer: str | None = None, promise: Promise | None = None) -> Row:
        """Two contestants by one figure."""
        return Row(
            figure=figure,
            unit=unit,
            ours=ours,
            ours_rounds=self._values[figure, ours],
            peer=peer,
            peer_rounds=self._values[figure, peer] if peer else (),
            promise=promise,
        )


def alternate(contestants: Mapping[str, Callable[[], Values]], *, rounds: int) -> Samples:
    """A B A B …: each contestant once a round, always in the same order."""
    samples = Samples()
    for _ in range(rounds):
        for name, measure in contestants.items():
            samples.add(name, measure())
    return samples


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
