"""The names of a receipt's states, in messages and for `--state`. Pure."""

from bot import wording
from bot.ledger.models import State

NAMES = {
    wording.STATUS_WAITING: State.WAITING,
    wording.STATUS_UNDER_WAY: State.UNDER_WAY,
    "success": State.CREATED,
    "error": State.REFUSED,
    "unconfirmed": State.IN_DOUBT,
    wording.STATUS_UNKNOWN: State.UNKNOWN,
}
