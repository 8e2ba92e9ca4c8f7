"""Reads each body once, before any handler sees it, for HTTP and Socket Mode alike.

Bolt assumes that a signed body has Slack's shape, and raises KeyError or AttributeError if it does not (docs/facts/slack.md
sections 4 and 11).
"""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot import wording
from bot.errors import MalformedRequest
from bot.slack.inbound.payloads import read_payload

PAYLOAD = "payload_read"  # where handlers find it in Bolt's context
HANDLER = "handler_name"  # who handled it: one of a fixed number of names

# Called for each request that a handler answered, with the handler's name and the seconds it took.
Acknowledged = Callable[[str, float], None]
# https://docs.slack.dev/reference/events/url_verification: Bolt answers it.
_ASKED_BY_SLACK_ITSELF = "url_verification"

logger = logging.getLogger(__name__)


def not_measured(_handler: str, _seconds: float) -> None:
    """Ignore how long the handler took."""


def tell_who_handled(request: AsyncBoltRequest, began: float, acknowledged: Acknowledged) -> None:
    """Report the request, if a handler answered it; `began` is from `time.perf_counter`."""
    if handler := request.context.get(HANDLER):
        acknowledged(handler, time.perf_counter() - began)


class ReadPayload(AsyncMiddleware):
    """Puts the payload into the context, and answers 400 if it cannot be read.

    Not a plain function, and it raises nothing: to pass arguments to a function or an error handler, Bolt inspects the
    view, and fails if it is malformed. `app_id` returns our app's id, or None while it is unknown, when every signed payload
    counts as ours.
    """

    def __init__(self, app_id: Callable[[], str | None] = lambda: None) -> None:
        self._app_id = app_id

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  Bolt's name
    ) -> BoltResponse:
        """Continue, or refuse with an explanation."""
        del resp
        try:
            payload = req.context[PAYLOAD] = read_payload(req.body)
            self._check_app(req.body)
        except MalformedRequest as error:
            logger.warning("malformed request: %s", error)
            return BoltResponse(status=400, body=wording.MALFORMED)
        if payload is None and req.body.get("type") != _ASKED_BY_SLACK_ITSELF:
            # Bolt has no answer to it either, and fails on some shapes while it looks for one.
            return BoltResponse(status=404, body={"error": "unhandled request"})  # as Bolt says it
        return await next()

    def _check_app(self, body: dict[str, Any]) -> None:
        ours = self._app_id()
        view = body.get("view")
        named = (body.get("api_app_id"), view.get("app_id") if isinstance(view, dict) else None)
        if ours is not None and any(app_id and app_id != ours for app_id in named):
            raise MalformedRequest("it is for another Slack app")
