"""What a feature registers for durable execution."""

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

    `name` must never change, because unfinished requests are identified by it. `run` is the runbook. `recorded` are the
    feature's frozen dataclasses that are stored in the database: the payload, the result, and what its steps return.
    `held_name` is the name that a request holds until its outcome is known, so that a second request for it is refused in the
    form (None: it holds no name). Names are shared by all features and compared without regard to case; the name also
    appears in every log line of its request. `subject` is what the ledger records of a request (None: it has no row).
    `message_of` builds the message for a request that an operator ended, from its receipt (None: nobody is told).
    One person may make `per_person_hour` such requests within an hour (None: any number), if they have rows.
    """

    name: str
    run: Callable[[Request, Durable], Awaitable[Result]]
    recorded: tuple[type, ...]
    held_name: Callable[[Request], str | None]
    subject: Callable[[Request], Subject] | None = None
    message_of: Callable[[Receipt], Message | None] | None = None
    per_person_hour: int | None = None

    def can_read(self, request: object) -> bool:
        """Whether this build knows the type of the payload; a later build may have recorded another one."""
        return isinstance(request, Request) and type(request.payload) in self.recorded
