"""Time under the test's control."""


class HandClock:
    """Seconds since the epoch; stops until it is moved."""

    def __init__(self, now: float = 1_762_248_615.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        """Go forward, or back."""
        self.now += seconds
