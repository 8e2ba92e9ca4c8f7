"""The first attempt to deliver an outcome: what a later execution has to know about it."""

from dataclasses import dataclass

from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.slack.outbound.results import PostResult
from bot.workflow.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAttempt:
    """Where the progress message was, and the result of the first attempt to deliver the outcome (None: none was made).

    `mention`: the requester is to be mentioned in the thread of the message.
    """

    progress: Progress
    result: PostResult | None = None
    mention: bool = False

    @property
    def refused(self) -> str | None:
        """Why the chosen channel refuses messages, or None."""
        if isinstance(self.result, Refused) and self.progress.posted is None:
            return self.result.code
        return self.progress.refused

    @property
    def doubtful(self) -> bool:
        """Whether a message may have reached the channel, so that it has to be searched for."""
        return self.progress.doubtful or isinstance(self.result, InDoubt)


CRASHED = FirstAttempt(progress=Progress(doubtful=True), result=InDoubt(code=Reason.STEP_CRASHED))
