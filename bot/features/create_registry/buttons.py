"""(7) The buttons of the message: each is shown only while it helps.

Action ids never change, because messages keep their buttons for years.
"""

from bot.domain import vendor_codes
from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created, Outcome
from bot.domain.vendor_codes import ends_with, key_refused
from bot.features.create_registry import wording
from bot.features.create_registry.kept import Kept, to_value
from bot.features.create_registry.reasons import NEXT_STEPS
from bot.slack.blocks import Block, actions, button
from bot.slack.receipts import receipt_button

HOW_TO_PUSH = "registry_how_to_push"
ANOTHER_NAME = "registry_another_name"
TRY_AGAIN = "registry_try_again"
CHECK_NOW = "registry_check_now"

_LABELS = {
    HOW_TO_PUSH: wording.BUTTON_HOW_TO_PUSH,
    ANOTHER_NAME: wording.BUTTON_ANOTHER_NAME,
    TRY_AGAIN: wording.BUTTON_TRY_AGAIN,
    CHECK_NOW: wording.BUTTON_CHECK_NOW,
}
# Matched by the end of the code, as in `NEXT_STEPS`: the same request may be accepted later.
_MAY_WORK_LATER = (
    vendor_codes.INTERNAL_ERROR,
    vendor_codes.BUSY,
    Reason.THROTTLED,
    Reason.NAME_NOT_FOUND,
    Reason.CONNECTION_REFUSED,
    Reason.CONNECT_TIMEOUT,
    Reason.TLS_FAILED,
    Reason.PROXY_UNREACHABLE,
    Reason.PROXY_REFUSED,
    Reason.PROXY_FORBIDS,
    Reason.PROXY_NO_WAY,
    Reason.SHUTTING_DOWN,
)
_TAKEN = frozenset({Reason.ALREADY_EXISTS, Reason.TAKEN_MEANWHILE})


def row(kept: Kept, *, can_look_up: bool, by_id: bool = False) -> list[Block]:
    """The row of buttons under this outcome: the one that helps, if any, and its receipt.

    `by_id`: the button for a check carries only the request's id, and the check looks up the rest.
    """
    name = kept.request.payload.name
    action_id = helping(kept.outcome, can_look_up=can_look_up)
    value = kept.request.id if by_id and action_id == CHECK_NOW else to_value(kept) if action_id else None
    if action_id is None or value is None:
        return only_receipt(kept.request.id, name=name)
    label = _LABELS[action_id]
    described = wording.BUTTON_DESCRIBED.format(label=label, name=name)
    return [actions(button(action_id, label, value, described=described), receipt_button(kept.request.id, name=name))]


def only_receipt(request_id: str, *, name: str) -> list[Block]:
    """The row if no other button helps, or if it no longer does."""
    return [actions(receipt_button(request_id, name=name))]


def helping(outcome: Outcome, *, can_look_up: bool) -> str | None:
    """The action id of the button that helps with this outcome."""
    match outcome:
        case Created(address=str()):
            return HOW_TO_PUSH
        case Refused(code=code) if code in _TAKEN:
            return ANOTHER_NAME
        case Refused() if _may_work_later(outcome):
            return TRY_AGAIN
        case InDoubt() if can_look_up:
            return CHECK_NOW
    return None


def _may_work_later(refused: Refused) -> bool:
    if ends_with(refused.code, _MAY_WORK_LATER) or key_refused(refused.code, refused.status):
        return True
    # A code with its own next step needs an operator; of the rest, the vendor's server errors may pass.
    return not ends_with(refused.code, NEXT_STEPS) and (refused.status or 0) >= 500
