"""(3) The submitted form: parse, (4) judge, (5) store, and only then close it."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot import wording
from bot.errors import InvalidRequest, NameUnderWay, NotSaved, Violation
from bot.registry.models import Submission
from bot.registry.rules import RegistryRequest, judge, suggest_other_name
from bot.slack.references import new_reference
from bot.slack.requests import ViewSubmission, read_submission
from bot.views import form

logger = logging.getLogger(__name__)

Start = Callable[[Submission], Awaitable[Submission]]


class AcceptForm:
    """The listener of the form. `start` is the workflow engine's: it stores the request, or raises `NotSaved`."""

    def __init__(self, *, start: Start) -> None:
        self._start = start

    async def __call__(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Errors go back inside the form, in the one and only acknowledgement; it closes when the request is on disk."""
        sent = read_submission(body)
        typed = form.parse(body["view"])
        try:
            submission = _submission(sent, _judge(typed), channel=typed.channel or "")
            stored = await self._start(submission)
        except InvalidRequest as invalid:
            errors = {form.FIELD_BLOCKS[violation.field]: violation.sentence for violation in invalid.violations}
            await ack(response_action="errors", errors=errors)
        except NameUnderWay as earlier:
            await ack(response_action="errors", errors={form.NAME_BLOCK: _under_way(earlier, sent, typed.name or "")})
        except NotSaved as failure:
            await ack(response_action="errors", errors={form.NAME_BLOCK: _not_saved(failure)})
        else:
            await self._close(ack, submission, stored)

    async def _close(self, ack: AsyncAck, asked: Submission, stored: Submission) -> None:
        if (stored.name, stored.description, stored.channel) == (asked.name, asked.description, asked.channel):
            await ack()
        else:
            # An earlier press of the same form was stored after all, with other words in it.
            sentence = wording.SAVED_DIFFERENTLY.format(name=stored.name)
            await ack(response_action="errors", errors={form.NAME_BLOCK: sentence})


def _judge(typed: form.FormInput) -> RegistryRequest:
    nowhere = [] if typed.channel else [Violation(field="channel", sentence=wording.CHANNEL_MISSING, suggestion="")]
    try:
        asked = judge(name=typed.name, description=typed.description)
    except InvalidRequest as invalid:
        raise InvalidRequest([*invalid.violations, *nowhere]) from None
    if nowhere:
        raise InvalidRequest(nowhere)
    return asked


def _submission(sent: ViewSubmission, asked: RegistryRequest, *, channel: str) -> Submission:
    return Submission(
        request_id=f"{sent.team_id}-{sent.view.id}",
        name=asked.name,
        description=asked.description,
        requester=sent.user.id,
        channel=channel,
        team=sent.team_id,
        asked_at=time.time(),
        response_url=sent.response_url,
        requester_name=sent.user.username or sent.user.name,
    )


def _under_way(earlier: NameUnderWay, sent: ViewSubmission, name: str) -> str:
    suggestion = suggest_other_name(name.strip())
    if earlier.requester == sent.user.id:
        return wording.NAME_UNDER_WAY_YOURS.format(name=name.strip(), suggestion=suggestion)
    # An error in a form is plain text, where a mention would show as an id.
    who = f"@{earlier.requester_name}" if earlier.requester_name else wording.SOMEBODY
    return wording.NAME_UNDER_WAY.format(requester=who, name=name.strip(), suggestion=suggestion)


def _not_saved(failure: NotSaved) -> str:
    if failure.in_doubt:
        logger.warning("a request was not saved in time: %s", failure)
        return wording.SAVING_SLOW
    reference = new_reference()
    logger.error("a request was not saved: %s, reference %s", failure, reference)
    return wording.NOT_SAVED.format(reference=reference)
