"""How long to go on telling people."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    """How long to go on posting, in seconds.

    `progress_after`: without an outcome until then, the channel is told that the request is being worked on; `long_after`:
    and then that it takes long, and the requester is mentioned when it is over. `pauses`:
    between attempts to tell the outcome, the last one repeated until `give_up_after`.
    """

    progress_after: float = 2
    long_after: float = 30
    pauses: tuple[float, ...] = (1, 2, 5, 15, 60, 300)
    give_up_after: float = 24 * 60 * 60

    def __iter__(self) -> Iterator[float]:
        """The pauses to make."""
        total = 0.0
        for pause in chain(self.pauses, repeat(self.pauses[-1])):
            if total >= self.give_up_after:
                return
            yield pause
            total += pause
