"""Handles an approver's answer, and a withdrawal by the requester. Whether it counts is decided at the click.

A press is acknowledged at once; in the background the person's rights are looked up again and the answer is written. The
person is told if it did not count.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.access.approvers import Approvers
from bot.access.denials import Denials
from bot.access.senders import Interaction, sender_of
from bot.domain.approval import ApprovalAnswer, Decision
from bot.errors import LedgerUnavailable
from bot.features.approvals import form, wording
from bot.features.approvals.messages import mentions
from bot.features.approvals.rules import Refusal, counts, why_not_answer, why_not_withdraw
from bot.ledger.ledger import Ledger
from bot.ledger.models import Receipt, State
from bot.slack.blocks import moment_in_mrkdwn
from bot.slack.inbound.answers import Accept, Answer, ShowErrors, ShowView, Tell
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.payloads import ViewSubmission
from bot.slack.inbound.presses import Press
from bot.slack.inbound.telling import Teller, note_view

# (request's id, answer) → the answer that counts; None if the request is not waiting. Raises `LedgerUnavailable`.
Decide = Callable[[str, Decision], Awaitable[Decision | None]]

# Of the three seconds in which Slack wants the form answered. Whatever is not known by then is said so.
_ANSWERED_WITHIN_SECONDS = 2.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Checks and records answers. `is_ours` returns whether a payload belongs to this workspace."""

    ledger: Ledger
    decide: Decide
    approvers: Approvers
    is_ours: Callable[[Interaction], bool]
    denials: Denials

    async def late(self, receipt: Receipt) -> str | None:
        """Why it is too late for an answer; None while the request waits for one. Raises `LedgerUnavailable`."""
        held = (await self.ledger.decided([receipt.id])).get(receipt.id)
        if held is None and receipt.state == State.WAITING:
            return None
        return _late(receipt, held)

    async def why_not_answer(self, interaction: Interaction, receipt: Receipt, answer: ApprovalAnswer) -> str | None:
        """Why this person's answer does not count at this moment, which is then recorded. None: it counts."""
        ours = self.is_ours(interaction)
        approver, barred = None, None
        if ours and interaction.user_id != receipt.requester:
            approver, barred = await asyncio.gather(
                self.approvers.include_now(interaction.user_id), self.approvers.barred_now(sender_of(interaction))
            )
        refusal = why_not_answer(
            interaction.user_id, requester=receipt.requester, ours=ours, approver=approver, barred=barred
        )
        return self.refused(refusal, interaction, receipt, answer) if refusal else None

    def unknown(self, interaction: Interaction, answer: ApprovalAnswer) -> str:
        """Record that the request does not exist; the sentence for it."""
        self.denials.note_answer(None, Refusal.NO_REQUEST, interaction, answer=answer)
        return wording.NOT_COUNTED[Refusal.NO_REQUEST]

    def refused(self, refusal: Refusal, interaction: Interaction, receipt: Receipt, answer: ApprovalAnswer) -> str:
        """Record the refusal; the sentence for it."""
        self.denials.note_answer(receipt.id, refusal, interaction, answer=answer)
        return wording.NOT_COUNTED[refusal].format(
            name=receipt.name, requester=receipt.requester, approvers=mentions(self.approvers.ids)
        )

    async def answered(self, receipt: Receipt, given: Decision) -> str | None:
        """Write the answer; the sentence if another answer counts. None: this one does."""
        held = await self.decide(receipt.id, given)
        return None if held is not None and counts(given, held) else _late(receipt, held)


class Answered:
    """A button whose press is acknowledged at once and handled in the background. It is for approvers, unless overridden."""

    answer: ApprovalAnswer

    def __init__(self, desk: Desk, *, teller: Teller) -> None:
        self._desk = desk
        self._teller = teller

    async def __call__(self, press: Press) -> Answer:
        """Answer at once."""
        self._teller.answer_later(press, self._take(press))
        return Accept()

    async def _take(self, press: Press) -> Tell | None:
        try:
            said = await self._said(press)
        except LedgerUnavailable as error:
            said = _not_saved(error)
        return Tell(text=said) if said else None

    async def _said(self, press: Press) -> str | None:
        receipt = await self._desk.ledger.get(press.action.value or "")
        if receipt is None:
            return self._desk.unknown(press, self.answer)
        if (said := await self._desk.late(receipt) or await self._why_not(press, receipt)) is not None:
            return said
        return await self._taken(press, receipt)

    async def _taken(self, press: Press, receipt: Receipt) -> str | None:
        return await self._desk.answered(receipt, Decision(answer=self.answer, at=time.time(), by=press.user_id))

    async def _why_not(self, press: Press, receipt: Receipt) -> str | None:
        return await self._desk.why_not_answer(press, receipt, self.answer)


class Approve(Answered):
    """Answers Approve."""

    answer = ApprovalAnswer.APPROVED


class Withdraw(Answered):
    """Answers Withdraw."""

    answer = ApprovalAnswer.WITHDRAWN

    async def _why_not(self, press: Press, receipt: Receipt) -> str | None:
        ours = self._desk.is_ours(press)
        refusal = why_not_withdraw(press.user_id, requester=receipt.requester, ours=ours)
        return self._desk.refused(refusal, press, receipt, self.answer) if refusal else None


class OpenDecline(Answered):
    """Answers Decline: opens the form in which the approver says why."""

    answer = ApprovalAnswer.DECLINED

    def __init__(self, desk: Desk, *, forms: FormOpener, teller: Teller) -> None:
        super().__init__(desk, teller=teller)
        self._forms = forms

    async def _taken(self, press: Press, receipt: Receipt) -> str | None:
        self._forms.open_soon(press, form.build(receipt))
        return None


class AcceptDecline:
    """Answers that form. Nothing in the form gives a right."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, sent: ViewSubmission) -> Answer:
        """Close the form once the answer is on disk; show in it why an answer does not count."""
        request_id, why = form.request_id(sent.view.private_metadata), form.reason(sent.view.state)
        if not why:
            return ShowErrors(errors={form.REASON_BLOCK: wording.DECLINE_REASON_MISSING})
        try:
            async with asyncio.timeout(_ANSWERED_WITHIN_SECONDS):
                receipt = await self._desk.ledger.get(request_id)
                known = (
                    await self._taken(sent, receipt, why)
                    if receipt
                    else self._desk.unknown(sent, ApprovalAnswer.DECLINED)
                )
        except (LedgerUnavailable, TimeoutError) as error:
            return ShowErrors(errors={form.REASON_BLOCK: _not_saved(error)})
        return ShowView(view=note_view(known)) if known else Accept()

    async def _taken(self, sent: ViewSubmission, receipt: Receipt, why: str) -> str | None:
        late = await self._desk.late(receipt)
        if (said := late or await self._desk.why_not_answer(sent, receipt, ApprovalAnswer.DECLINED)) is not None:
            return said
        given = Decision(answer=ApprovalAnswer.DECLINED, at=time.time(), by=sent.user_id, why=why)
        return await self._desk.answered(receipt, given)


def _late(receipt: Receipt, held: Decision | None) -> str:
    words = wording.LATE.get(held.answer) if held else None
    if held is None or words is None:
        return wording.LATE_UNKNOWN.format(name=receipt.name)
    return words.format(
        name=receipt.name, by=f"<@{held.by}>", at=moment_in_mrkdwn(held.at), requester=receipt.requester
    )


def _not_saved(error: LedgerUnavailable | TimeoutError) -> str:
    logger.warning("an answer could not be taken (%s)", error or "not in time")
    return wording.NOT_SAVED
