"""Checks everybody who requests something: at every door, and again when a form is submitted."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.access import sentences
from bot.access.approvers import Approvers, Approving
from bot.access.denials import Denials
from bot.access.people import People, Workspace
from bot.access.policy import AccessRule, AccessRules, Asking, Denied, Obstacle, decide
from bot.access.senders import Interaction, is_for, sender_of
from bot.domain.approval import Need
from bot.errors import LimitReached
from bot.slack.inbound.answers import Tell
from bot.slack.inbound.background import Background
from bot.slack.inbound.payloads import ViewSubmission
from bot.slack.inbound.telling import Heard

# For all that is missing, of the three seconds in which a form must be answered: storing the request may take two of them.
# Usually everything is known since the form was opened.
_WAIT_SECONDS = 0.8

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate says of a submitted form. All None: it is allowed.

    `offer`: it is denied, and the form may ask for an approval instead. `need`: it needs one. `obstacle`: it needs one, and
    nobody could give it.
    """

    denied: Denied | None = None
    offer: Asking | None = None
    need: Need | None = None
    obstacle: Obstacle | None = None


class Gate:
    """`workspace` returns our own workspace."""

    def __init__(
        self,
        *,
        rules: AccessRules,
        people: People,
        workspace: Callable[[], Workspace],
        denials: Denials,
        background: Background,
        approving: Approving,
        approvers: Approvers,
    ) -> None:
        self._approving = approving
        self._approvers = approvers
        self._rules = rules
        self._people = people
        self._workspace = workspace
        self._denials = denials
        self._background = background

    def at_the_door(self, heard: Heard, *, channel: str | None = None, name: str = "") -> Tell | None:
        """The denial, if it is certain from what is known; None: continue, while missing facts are fetched in the background.

        `channel`: where the person is, if the payload tells.
        """
        denied = self._decide(heard, channel)
        if denied is None or self._may_pass(denied):
            if not self._people.knows(heard.user_id):
                self._background.run(self._people.ask(heard.user_id))
            if self._approving.mode != "never":
                self._background.run(self._approvers.prepare())
            return None
        self._denials.note(denied, heard, channel=channel, name=name)
        return Tell(text=sentences.in_mrkdwn(denied))

    def asking(self, heard: Heard, *, channel: str | None = None) -> Asking | None:
        """Whether the form that is about to be opened leads to the approvers, as far as that is known."""
        denied = self._decide(heard, channel)
        if self._approving.mode == "always" and denied is None:
            return Asking(channel=self._approving.channel)
        offered = denied is not None and self._approving.may_be_asked_for(denied)
        return Asking(channel=self._approving.channel, denied=denied) if offered else None

    async def at_the_form(
        self, sent: ViewSubmission, *, channel: str | None, name: str, reason: str | None = None
    ) -> Verdict:
        """The final decision on a submitted form: facts still unknown after `_WAIT_SECONDS` count as a denial.

        `channel`: as chosen. `reason`: why the person needs what may have to be approved, if they say so.
        """
        until = asyncio.get_running_loop().time() + _WAIT_SECONDS
        denied = self._decide(sent, channel)
        if self._may_pass(denied) and not self._people.knows(sent.user_id):
            await self._in_time(self._people.ask(sent.user_id), sent.user_id, until=until)
            denied = self._decide(sent, channel)
        askable = denied is None or self._approving.may_be_asked_for(denied)
        need = self._approving.need(denied, reason=reason, now=time.time()) if askable else None
        obstacle = await self._obstacle(sent.user_id, until=until) if need else None
        if denied is not None and (need is None or obstacle or reason is None):
            self._denials.note(denied, sent, channel=channel, name=name)
            if need is None or obstacle:
                return Verdict(denied=denied)
            return Verdict(offer=Asking(channel=self._approving.channel, denied=denied))
        if obstacle:
            self._denials.note_obstacle(obstacle, sent, name=name, channel=channel)
            return Verdict(obstacle=obstacle)
        return Verdict(need=need)

    @property
    def contact(self) -> str:
        """Whom people may ask."""
        return self._rules.contact

    def too_many(self, sent: ViewSubmission, reached: LimitReached, *, channel: str | None, name: str) -> Denied:
        """The denial because of MAX_PER_PERSON_HOUR."""
        contact, value = self._rules.contact, (str(reached.limit),)
        denied = Denied(rule=AccessRule.HOUR, contact=contact, value=value, limit_ends=reached.ends)
        self._denials.note(denied, sent, channel=channel, name=name)
        return denied

    def is_ours(self, interaction: Interaction) -> bool:
        """Whether nothing in it names a workspace that is neither ours nor the person's."""
        return is_for(self._workspace(), interaction)

    def _decide(self, interaction: Interaction, channel: str | None) -> Denied | None:
        if not self.is_ours(interaction):
            return Denied(rule=AccessRule.WORKSPACE, contact=self._rules.contact)
        return decide(self._people.known(sender_of(interaction)), channel, self._rules)

    def _may_pass(self, denied: Denied | None) -> bool:
        """Whether further facts, or an approver, could still allow it."""
        return denied is None or denied.unknown or self._approving.might_be_asked_for(denied)

    async def _obstacle(self, user_id: str, *, until: float) -> Obstacle | None:
        if self._approvers.obstacle(user_id):
            # It may have been removed since.
            await self._in_time(self._approvers.prepare(anew=True), user_id, until=until)
        return self._approvers.obstacle(user_id)

    async def _in_time(self, asking: Awaitable[None], user_id: str, *, until: float) -> None:
        try:
            async with asyncio.timeout_at(until):
                await asking
        except TimeoutError:
            logger.warning("Slack did not answer a question about a person in time", extra={"requester": user_id})
