"""(2) The part of the form that leads to approvers: why they are asked, and the field for the requester's reason."""

from collections.abc import Iterator

from bot.access.policy import Asking
from bot.access.sentences import in_mrkdwn
from bot.domain.text import printable
from bot.features.create_registry import form_wording
from bot.slack.blocks import Block, input_block, mrkdwn_line, plain
from bot.slack.inbound.payload_parts import ViewState

REASON_BLOCK, REASON_ACTION = "approval_reason", "reason"
REASON_MAX = 500


def why_asked(asking: Asking | None) -> Iterator[Block]:
    """One line at the top; none if nobody has to approve."""
    if asking is None:
        return
    if asking.denied is not None:
        yield mrkdwn_line(form_wording.FORM_OFFER.format(denied=in_mrkdwn(asking.denied), channel=asking.channel))
    else:
        yield mrkdwn_line(form_wording.FORM_NEEDS_APPROVAL.format(channel=asking.channel))


def reason_field(asking: Asking | None) -> Iterator[Block]:
    """The field; optional if every request needs an approval."""
    if asking is None:
        return
    element = {
        "type": "plain_text_input",
        "action_id": REASON_ACTION,
        "multiline": True,
        "max_length": REASON_MAX,
        "placeholder": plain(form_wording.FORM_REASON_PLACEHOLDER),
    }
    optional = asking.denied is None
    yield input_block(
        REASON_BLOCK, form_wording.FORM_REASON_LABEL, element, hint=form_wording.FORM_REASON_HINT, optional=optional
    )


def reason_in(state: ViewState) -> str | None:
    """The reason that was entered; None if nothing of it can be seen."""
    entered = (state.element(REASON_BLOCK, REASON_ACTION).value or "").strip()[:REASON_MAX]
    return entered if printable(entered) else None
