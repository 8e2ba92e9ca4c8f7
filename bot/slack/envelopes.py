"""What is said on a Socket Mode connection: frames read, and what Bolt answered as the acknowledgement that fits.

Pure but for the call of Bolt; the connections themselves are in `socket_line.py` and `socket.py`. Rules:
docs/facts/slack.md section 6, https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

import json
import logging
from dataclasses import dataclass
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.errors import MalformedRequest
from bot.slack.failures import answer_failure

_REASON_MAX = 40  # it goes into a log line and into readyz

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The connection is in use from now on. `connections` counts this app's, those of other replicas included."""

    connections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Slack is about to end this connection; `reason` is its word for why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A command, a form or an event that waits for its acknowledgement; `payload` is what HTTP would carry."""

    envelope_id: str
    kind: str
    payload: dict[str, Any]
    takes_answer: bool


def read_frame(text: str) -> Hello | Notice | Envelope:
    """Raises `MalformedRequest`, which says what is wrong without what stood there, for everything else."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedRequest("it is no JSON") from None
    if not isinstance(said, dict):
        raise MalformedRequest("it is no object")
    if said.get("type") == "hello":
        count = said.get("num_connections")
        return Hello(connections=count if isinstance(count, int) else 1)
    if said.get("type") == "disconnect":
        return Notice(reason=str(said.get("reason"))[:_REASON_MAX])
    return _read_envelope(said)


def _read_envelope(said: dict[str, Any]) -> Envelope:
    envelope_id, kind, payload = said.get("envelope_id"), said.get("type"), said.get("payload")
    if not isinstance(envelope_id, str) or not envelope_id:
        raise MalformedRequest("it has no envelope_id")
    if not isinstance(kind, str) or not isinstance(payload, dict):
        raise MalformedRequest("its type is no word or its payload no object")
    takes_answer = said.get("accepts_response_payload") is not False
    return Envelope(envelope_id=envelope_id, kind=kind, payload=payload, takes_answer=takes_answer)


async def answer(bolt: AsyncApp, envelope: Envelope) -> str | None:
    """Let Bolt work and return the acknowledgement to send. Never raises.

    Bolt's own adapter sends nothing unless the status is 200, and the person waits 3 s for Slack's `operation_timeout`.
    Here a failure is told in the acknowledgement, where somebody can read it: as an ephemeral to a command, in the form
    to a submission. None = send nothing: nobody could read an answer, or an empty one would say that all is well, and
    Slack's own sign of failure is the true one. An event is always acknowledged: Slack would only send it again.
    """
    response = await _dispatched(bolt, envelope)
    if response.status == 200:
        return _acknowledgement(envelope, response)
    if envelope.kind == "events_api":
        return _acknowledgement(envelope, BoltResponse(status=200))
    logger.warning("an envelope stays unanswered: Bolt's status was %s", response.status)
    return None


async def _dispatched(bolt: AsyncApp, envelope: Envelope) -> BoltResponse:
    try:
        request = AsyncBoltRequest(mode="socket_mode", body=envelope.payload)
        response = await bolt.async_dispatch(request)
    except Exception as error:  # noqa: BLE001  Bolt takes Slack's shape for granted; whatever fails, somebody is waiting
        return await answer_failure(error, envelope.payload)
    if response.status == 200 or envelope.kind == "events_api":
        return response
    return await answer_failure(RuntimeError(f"Bolt's status was {response.status}"), envelope.payload)


def _acknowledgement(envelope: Envelope, response: BoltResponse) -> str:
    said: dict[str, Any] = {"envelope_id": envelope.envelope_id}
    if response.body and envelope.takes_answer:
        is_json = response.first_headers().get("content-type", "").startswith("application/json")
        said["payload"] = json.loads(response.body) if is_json else {"text": response.body}
    return json.dumps(said)
