"""Reads the frames of a Socket Mode connection, and turns Bolt's response into the acknowledgement of an envelope.

Rules: docs/facts/slack.md section 6, https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

import json
import logging
import time
from dataclasses import dataclass
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.errors import MalformedRequest
from bot.slack.codes import as_code
from bot.slack.inbound.failures import answer_failure
from bot.slack.inbound.middleware import Acknowledged, not_measured, tell_who_handled

_EVENT = "events_api"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The connection is ready. `connections`: how many this app has open, including those of other replicas."""

    connections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect:
    """Slack is about to end this connection; `reason` is Slack's own code, shown in the log and in /readyz."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A command, a form or an event that waits for its acknowledgement; `payload` is the body that HTTP would carry."""

    envelope_id: str
    type: str
    payload: dict[str, Any]
    accepts_response_payload: bool


def read_frame(text: str) -> Hello | Disconnect | Envelope:
    """Read one frame.

    Raises `MalformedRequest` for anything that Slack would not send; its text never quotes the frame.
    """
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedRequest("it is not JSON") from None
    if not isinstance(frame, dict):
        raise MalformedRequest("it is not an object")
    if frame.get("type") == "hello":
        count = frame.get("num_connections")
        return Hello(connections=count if isinstance(count, int) else 1)
    if frame.get("type") == "disconnect":
        return Disconnect(reason=as_code(frame.get("reason")) or "unknown")
    return _read_envelope(frame)


def _read_envelope(frame: dict[str, Any]) -> Envelope:
    envelope_id, kind, payload = frame.get("envelope_id"), frame.get("type"), frame.get("payload")
    if not isinstance(envelope_id, str) or not envelope_id:
        raise MalformedRequest("it has no envelope_id")
    if not isinstance(kind, str) or not isinstance(payload, dict):
        raise MalformedRequest("its type is not a string or its payload is not an object")
    return Envelope(
        envelope_id=envelope_id,
        type=kind,
        payload=payload,
        accepts_response_payload=frame.get("accepts_response_payload") is not False,
    )


async def acknowledgement_for(
    bolt: AsyncApp, envelope: Envelope, acknowledged: Acknowledged = not_measured
) -> str | None:
    """Have Bolt handle the envelope; returns the acknowledgement to send, or None to send nothing. Never raises.

    Bolt's own adapter sends nothing unless the status is 200, and the person then waits 3 s for Slack's
    `operation_timeout`. Here a failure is reported in the acknowledgement wherever a person can read it: as an ephemeral
    message after a command, in the form after a submission. Elsewhere nothing is sent, because an empty acknowledgement
    would claim success while Slack's own error is the truth. An event is always acknowledged: Slack would only send it
    again. `acknowledged` is called for each envelope that is handled.
    """
    response = await _dispatch(bolt, envelope, acknowledged)
    if response.status == 200:
        return _acknowledgement(envelope, response)
    if envelope.type == _EVENT:
        return _acknowledgement(envelope, BoltResponse(status=200))
    logger.warning("an envelope was not acknowledged", extra={"status": response.status})
    return None


async def _dispatch(bolt: AsyncApp, envelope: Envelope, acknowledged: Acknowledged) -> BoltResponse:
    began = time.perf_counter()
    try:
        request = AsyncBoltRequest(mode="socket_mode", body=envelope.payload)
        response = await bolt.async_dispatch(request)
        tell_who_handled(request, began, acknowledged)
    except Exception as error:  # noqa: BLE001  Bolt relies on Slack's shape; whatever fails, somebody is waiting
        return await answer_failure(error, envelope.payload)
    if response.status == 200 or envelope.type == _EVENT:
        return response
    return await answer_failure(RuntimeError(f"Bolt's status was {response.status}"), envelope.payload)


def _acknowledgement(envelope: Envelope, response: BoltResponse) -> str:
    acknowledgement: dict[str, Any] = {"envelope_id": envelope.envelope_id}
    if response.body and envelope.accepts_response_payload:
        is_json = response.first_headers().get("content-type", "").startswith("application/json")
        acknowledgement["payload"] = json.loads(response.body) if is_json else {"text": response.body}
    return json.dumps(acknowledgement)
