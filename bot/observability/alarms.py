"""The alarms of which operators are told in OPS_CHANNEL, and how each is detected."""

import logging
from collections.abc import Callable

from bot import wording
from bot.codearts.acceptance import Acceptance
from bot.domain.outcomes import Result
from bot.domain.vendor_codes import RIGHTS_MISSING, ends_with
from bot.errors import AppTokenRefused, CannotStart, SchemaTooNew
from bot.ledger.models import STANDS_STILL_SECONDS
from bot.observability.pending import Pending
from bot.slack.inbound.signatures import RefusedSignatures
from bot.workflow.alarms import Alarm
from bot.workflow.newer_schema import NewerSchema
from bot.workflow.unasked import Unasked
from bot.workflow.undelivered import Undelivered
from bot.workflow.view_store import ViewStore

_SCHEMA, _SOCKET = "schema_too_new", "app_token_refused"
_REFUSED = "Huawei Cloud does not accept the bot's access key, so requests wait"

logger = logging.getLogger(__name__)


class AccessKeyHealth:
    """What CodeArts and the outcomes of requests say about the access key and its rights; None until they say something."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance
        acceptance.changed = self._log
        self.rights_missing: bool | None = None

    @property
    def key_refused(self) -> bool | None:
        """Whether the key is refused, or none can be obtained: then requests wait, and have no outcome."""
        return self._acceptance.refused

    def _log(self, refused: bool, code: str, why: str | None) -> None:
        fields = {"source": self._acceptance.way.value}
        if refused:
            fields |= {"code": code, "said": why or ""}
            logger.error("%s; `registry-bot check` says what to do", _REFUSED, extra=fields)
        else:
            logger.info("the access key is accepted again", extra=fields)

    def heard(self, outcome: Result) -> None:
        """Learn from the outcome of a request."""
        code = getattr(outcome, "code", None) or ""
        if outcome.kind == "created":
            self.rights_missing = False
        elif ends_with(code, RIGHTS_MISSING):
            self.rights_missing = True


def alarms(
    *,
    access_key: AccessKeyHealth,
    undelivered: Undelivered,
    unasked: Unasked,
    pending: Pending,
    refused: RefusedSignatures,
    views: ViewStore,
    schema: NewerSchema,
    app_token_refused: Callable[[], bool | None],
) -> list[Alarm]:
    """All alarms of a bot that is running."""

    def standing_still() -> bool | None:
        stuck = pending.stuck()
        return None if stuck is None else stuck > 0

    still = wording.OPS_STANDING_STILL.format(minutes=round(STANDS_STILL_SECONDS / 60))
    return [
        Alarm(cause="key_refused", text=wording.OPS_KEY, wrong=lambda: access_key.key_refused),
        Alarm(cause="rights_missing", text=wording.OPS_RIGHTS, wrong=lambda: access_key.rights_missing),
        Alarm(cause="undelivered", text=wording.OPS_UNDELIVERED, wrong=lambda: len(undelivered) > 0),
        Alarm(cause="approvers_unasked", text=wording.OPS_UNASKED, wrong=lambda: len(unasked) > 0),
        Alarm(cause="standing_still", text=still, wrong=standing_still),
        Alarm(cause="signatures_refused", text=wording.OPS_SIGNATURES, wrong=refused.in_numbers),
        Alarm(cause="view_unproven", text=wording.OPS_VIEW, wrong=lambda: views.misses),
        Alarm(cause=_SCHEMA, text=wording.OPS_SCHEMA, wrong=schema.lasts),
        Alarm(cause=_SOCKET, text=wording.OPS_SOCKET, wrong=app_token_refused),
    ]


def alarm_for(error: CannotStart) -> Alarm | None:
    """The alarm of a start that failed; None if operators are told only by the exit code and the log."""
    if isinstance(error, SchemaTooNew):
        return Alarm(cause=_SCHEMA, text=wording.OPS_SCHEMA, wrong=lambda: True)
    if isinstance(error, AppTokenRefused):
        return Alarm(cause=_SOCKET, text=wording.OPS_SOCKET, wrong=lambda: True)
    return None
