"""Checks everybody who requests something: at every door, and again when a form is submitted."""

import asyncio
import logging
from collections.abc import Callable

from bot.access import sentences
from bot.access.denials import Denials
from bot.access.people import People, Workspace
from bot.access.policy import AccessRule, AccessRules, Denied, decide
from bot.access.senders import Interaction, is_for, sender_of
from bot.errors import LimitReached
from bot.slack.inbound.answers import Tell
from bot.slack.inbound.background import Background
from bot.slack.inbound.payloads import ViewSubmission
from bot.slack.inbound.telling import Heard

# Part of the three seconds in which a form must be answered; usually everything is known since the form was opened.
_WAIT_SECONDS = 1.0

logger = logging.getLogger(__name__)


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
    ) -> None:
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
        if denied is None or denied.unknown:
            if not self._people.knows(heard.user_id):
                self._background.run(self._people.ask(heard.user_id))
            return None
        self._denials.note(denied, heard, channel=channel, name=name)
        return Tell(text=sentences.in_mrkdwn(denied))

    async def at_the_form(self, sent: ViewSubmission, *, channel: str | None, name: str) -> Denied | None:
        """The final decision on a submitted form: facts still unknown after a second count as a no. `channel`: as chosen."""
        denied = self._decide(sent, channel)
        if (denied is None or denied.unknown) and not self._people.knows(sent.user_id):
            await self._ask(sent.user_id)
            denied = self._decide(sent, channel)
        if denied is not None:
            self._denials.note(denied, sent, channel=channel, name=name)
        return denied

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

    async def _ask(self, user_id: str) -> None:
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                await self._people.ask(user_id)
        except TimeoutError:
            logger.warning("Slack did not say in time who a person is", extra={"requester": user_id})
