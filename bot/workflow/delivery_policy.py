"""How long to keep trying to deliver an outcome."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    """All times are in seconds.

    `progress_after`: if there is no outcome by then, the channel is told that the request is in progress; `long_after`: by
    then, that it takes longer than usual, and the requester is mentioned when it is finished. `pauses`: between attempts to
    deliver the outcome; the last one is repeated until `give_up_after`.
    """

    progress_after: float = 2
    long_after: float = 30
    pauses: tuple[float, ...] = (1, 2, 5, 15, 60, 300)
    give_up_after: float = 24 * 60 * 60

    def __iter__(self) -> Iterator[float]:
        """The pauses between the attempts."""
        total = 0.0
        for pause in chain(self.pauses, repeat(self.pauses[-1])):
            if total >= self.give_up_after:
                return
            yield pause
            total += pause
