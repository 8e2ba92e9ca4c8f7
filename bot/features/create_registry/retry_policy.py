"""When calls to CodeArts are repeated, and for how long. All times are in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """`…_at` are moments, all counted from the same start; the other tuples are pauses, one before each attempt.

    `looks_before`: before each further attempt at a look-up that fails before the call. `repeats`: before each repetition of
    a call that certainly had no effect. `key_repeats`: likewise, while the bot's own access key is not accepted.

    `busy_after`: when people are told that calls are rejected, counted from the first one.

    `absent_at`: when a creation in doubt is looked up, counted from the end of its call. The call is repeated only if the
    registry is still absent at the end: a gateway may hold a call in a queue and apply it minutes after its caller has gone.
    `unproven_at`: when to stop if the list has not yet shown a registry of ours: an absence proves nothing then, and the call
    is not repeated. `look_again`: the pauses while the look-up itself fails, the last one repeated; `look_up_for`: for how
    long in total.

    `address_wait`: how long a success whose message is already late waits for the address. `address_at`: when a registry
    without an address is looked up after its outcome was posted. `recheck_at`: when an unconfirmed outcome, or one that took a
    second call, is looked up again. If one of these is empty, that look-up is not made.
    """

    looks_before: tuple[float, ...] = (1, 2, 5)
    repeats: tuple[float, ...] = (1, 2, 5, 10, 20, 30, 60, 60, 60, 60)
    key_repeats: tuple[float, ...] = (1, 2, 5, 10, 20, 30, *(60,) * 46)
    retry_after_max: float = 120
    busy_after: float = 30
    absent_at: tuple[float, ...] = (2, 5, 15, 60, 180, 600)
    unproven_at: float = 60
    look_again: tuple[float, ...] = (5, 15, 60)
    look_up_for: float = 15 * 60
    address_wait: float = 1
    address_at: tuple[float, ...] = (2, 10)
    recheck_at: tuple[float, ...] = (60 * 60, 6 * 60 * 60)

    def repeated_for(self, number: int) -> float:
        """How long calls are repeated at most, from this pause (0 is the first) on, including jitter."""
        return sum(self.repeats[number + 1 :]) + sum(self.repeats[number:]) / 4

    @property
    def waited_for_key(self) -> float:
        """For how long a request waits for the key at most, including jitter: nearly an hour."""
        return sum(self.key_repeats) * 5 / 4

    def next_look(self, waited: float) -> float:
        """The pause before the next look-up of a creation in doubt, `waited` seconds after the end of its call."""
        return next((moment for moment in self.absent_at if moment > waited), waited + self.absent_at[0]) - waited

    def after_failure(self, failures: int) -> float:
        """The pause after this many consecutive failed look-ups (1 or more)."""
        return self.look_again[min(failures, len(self.look_again)) - 1]

    def looked_up_for(self, *, proven: bool, failing: bool) -> float:
        """How long a creation in doubt is looked up in total, given the current state."""
        if failing:
            return self.look_up_for
        return self.absent_at[-1] if proven else self.unproven_at


def pauses(moments: tuple[float, ...]) -> list[float]:
    """The pauses between moments that are all counted from the same start."""
    return [later - earlier for earlier, later in zip((0.0, *moments), moments, strict=False)]
