"""The entries in the ledger about the messages of a request."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.ledger.models import EventCode
from bot.ledger.notes import Happened, Told
from bot.slack.blocks import Message
from bot.slack.outbound.results import Posted, PostResult
from bot.workflow.durable import Durable

Update = Callable[[Posted, Message], Awaitable[PostResult]]
# (channel, ts) → the link to a message, if it is known.
Permalink = Callable[[str, str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageNotes:
    """About the workflow's own request, or the one with `request_id`."""

    durable: Durable
    permalink: Permalink
    request_id: str | None = None

    def told(self, posted: Posted | None) -> None:
        """The outcome was posted there."""
        if posted is not None:
            link = self.permalink(posted.channel, posted.ts) if posted.ts else None
            self.durable.note(
                Told(
                    route=posted.route, channel=posted.channel, ts=posted.ts, permalink=link, request_id=self.request_id
                )
            )

    def gave_up(self, code: str | None) -> None:
        """The outcome could not be delivered to anybody."""
        self.durable.note(
            Happened(code=EventCode.GAVE_UP, details={"code": code}, once=True, request_id=self.request_id)
        )

    async def changed(self, update: Update, posted: Posted, message: Message) -> PostResult:
        """Change the posted message. The body of a step."""
        result = await update(posted, message)
        if isinstance(result, Posted):
            details = {"channel": result.channel, "ts": result.ts}
            self.durable.note(Happened(code=EventCode.CHANGED, details=details, request_id=self.request_id))
        return result
