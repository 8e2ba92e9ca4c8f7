"""Records each denial: one log line and one event in the ledger. A denied request has no row."""

import logging
import uuid
from dataclasses import dataclass

from bot.access.policy import Denied, Obstacle
from bot.access.senders import Interaction
from bot.domain.request import Door
from bot.errors import LedgerUnavailable
from bot.ledger.ledger import Ledger
from bot.slack.inbound.background import Background
from bot.slack.inbound.payloads import Command, ViewSubmission
from bot.slack.inbound.presses import MessageShortcut, Shortcut

_NAME_MAX = 100  # characters of what was typed as a name

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Denials:
    """Writes in the background, so that the answer does not wait for it."""

    ledger: Ledger
    background: Background

    def note(self, denied: Denied, interaction: Interaction, *, name: str = "", channel: str | None = None) -> None:
        """Record that somebody was denied; `name` and `channel` are what they requested, if that is known."""
        found = {"rule": denied.rule, "value": list(denied.value), "unknown": denied.unknown}
        self._note(found, interaction, name=name, channel=channel, level=logging.INFO)

    def note_obstacle(self, obstacle: Obstacle, interaction: Interaction, *, name: str, channel: str | None) -> None:
        """Record that a request was not accepted, because nobody could have approved it."""
        self._note({"rule": obstacle}, interaction, name=name, channel=channel, level=logging.WARNING)

    def _note(
        self, found: dict[str, object], interaction: Interaction, *, name: str, channel: str | None, level: int
    ) -> None:
        door = door_of(interaction)
        fields = {"code": found["rule"], "requester": interaction.user_id, "door": door, "channel": channel}
        logger.log(level, "request denied: %s", name[:_NAME_MAX] or "no name yet", extra=fields)
        details = {
            **found,
            "door": door,
            "team": None if isinstance(interaction, Command) else interaction.team_id,
            "channel": channel,
            "name": name[:_NAME_MAX] or None,
            "requester_name": interaction.user_name or None,
        }
        self.background.run(self._write(interaction, details))

    def note_answer(self, request_id: str | None, rule: str, interaction: Interaction, *, answer: str) -> None:
        """Record that an `answer` does not count because of this rule. `request_id` None: there is no such request."""
        fields = {"code": rule, "requester": interaction.user_id, "request": request_id, "answer": answer}
        logger.warning("an answer does not count", extra=fields)
        team = None if isinstance(interaction, Command) else interaction.team_id
        details: dict[str, object] = {"rule": rule, "answer": answer, "door": door_of(interaction), "team": team}
        self.background.run(self._write(interaction, details, request_id=request_id))

    async def _write(
        self, interaction: Interaction, details: dict[str, object], *, request_id: str | None = None
    ) -> None:
        # Slack may deliver the same thing twice; its trigger is the same.
        key = f"denied {interaction.trigger_id or uuid.uuid4().hex}"
        try:
            about = request_id or _id_of(interaction)
            await self.ledger.denied(about, key=key, who=interaction.user_id, details=details)
        except LedgerUnavailable as error:
            logger.error("a denial is not in the ledger (%s)", error, extra={"requester": interaction.user_id})  # noqa: TRY400


def door_of(interaction: Interaction) -> Door | None:
    """The door that was used; None for a form, which does not say."""
    match interaction:
        case Command():
            return "command"
        case Shortcut():
            return "shortcut"
        case MessageShortcut():
            return "message_shortcut"
        case ViewSubmission():
            return None
    return "home" if interaction.view is not None else "button"


def _id_of(interaction: Interaction) -> str:
    """The id for the event: that of the request which the form would have become, or a new one."""
    if isinstance(interaction, ViewSubmission):
        return f"{interaction.team_id}-{interaction.view.id}"
    return f"denied-{uuid.uuid4().hex}"
