"""What a feature registers to be worked on durably."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.outcomes import Result
from bot.domain.request import Request
from bot.ledger.models import Receipt, Subject
from bot.slack.blocks import Message
from bot.workflow.durable import Durable

# (workflow's name, request) → what is stored under its id. Raises `NotSaved`, `AlreadyUnderWay` and `LimitReached`.
AcceptRequest = Callable[[str, Request], Awaitable[Request]]
# A request's id → what is stored under it, or None. Raises `NotSaved`, in doubt, where the database does not say in time.
FindRequest = Callable[[str], Awaitable[Request | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A kind of request.

    `name` stays the same, because requests under way are known by it. `run` is the runbook. `recorded` are the frozen
    dataclasses of the feature's own that stand in the database: the payload, the result, and what its steps return.
    `held_name` is the name that a request holds while its outcome is open, so that a second request for it is refused in the
    form (None: it holds none). Names are shared by all features, and compared without upper and lower case; a name also
    stands in every log line of its request. `subject` is what the ledger says of a request (None: it has no row for it).
    `message_of` makes the message of one that somebody else has ended, from what the ledger says (None: nobody is told).
    One person may make `per_person_hour` of them within an hour (None: any number), where they have rows.
    """

    name: str
    run: Callable[[Request, Durable], Awaitable[Result]]
    recorded: tuple[type, ...]
    held_name: Callable[[Request], str | None]
    subject: Callable[[Request], Subject] | None = None
    message_of: Callable[[Receipt], Message | None] | None = None
    per_person_hour: int | None = None

    def can_read(self, request: object) -> bool:
        """Whether this is a request as this build knows it: a later one may have recorded another type."""
        return isinstance(request, Request) and type(request.payload) in self.recorded
