"""(7) Posts messages: each method is one call with one side effect, and returns its result.

It knows nothing about the content of a message; `workflow/delivery.py` decides which one is posted, when and how often.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeGuard, cast

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.outcomes import Failure, InDoubt, NotApplied, Reason, Refused
from bot.slack.blocks import Message, labelled
from bot.slack.codes import LAYOUT_REFUSED, as_id, as_message_ts, classify, classify_response
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.rate import RateLimiter
from bot.slack.outbound.results import Posted, PostResult, Route

# Text is shown literally: Slack makes no links out of URLs or names, and no previews (docs/facts/slack.md section 5).
_LITERAL: dict[str, Any] = {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
_HISTORY_PAGE = 100  # messages; a page has to stay below the size of an answer (net/bodies.py)
_HISTORY_PAGES = 40  # a minute's worth of calls (docs/facts/slack.md section 5)
_CLOCK_SKEW_SECONDS = 60 * 60  # generous: the message is known by its mark, this only bounds the search

logger = logging.getLogger(__name__)


class Poster:
    """Posts, updates and finds messages again.

    `client` must have no retry handlers: the SDK's default one posts again after a dropped connection, which doubles
    the message (docs/facts/slack.md section 11). `label` is shown under every message.
    """

    def __init__(self, *, client: AsyncWebClient, session: aiohttp.ClientSession, label: str | None = None) -> None:
        self._label = label
        self._client = client
        self._session = session
        self._limiter = RateLimiter()

    def delay(self, channel: str) -> float:
        """How many seconds a message to this channel would wait for its turn."""
        return self._limiter.delay(channel)

    async def post(
        self,
        channel: str,
        message: Message,
        *,
        mark: Mark | None = None,
        route: Route = "channel",
        thread_ts: str | None = None,
    ) -> PostResult:
        """Post a message to a channel, or to a person by user id (`route` then says so), or in the thread of `thread_ts`."""
        shown = labelled(message, self._label)
        marked = {**shown, "metadata": mark.metadata()} if mark else shown
        if thread_ts is not None:
            marked = {**marked, "thread_ts": thread_ts}
        answer = await self._send(channel, self._client.chat_postMessage, {"channel": channel, **marked, **_LITERAL})
        if not isinstance(answer, dict):
            return answer
        ts = as_message_ts(answer.get("ts"))
        if ts is None:
            # Slack says for each message where it is: this answer came from something between us and Slack.
            unclear = InDoubt(code=Reason.ANSWER_UNCLEAR)
            _say_not_taken(channel, unclear)
            return unclear
        # A direct message is addressed to a user id and updated by the id of its conversation.
        return Posted(route=route, channel=as_id(answer.get("channel")) or channel, ts=ts)

    async def update(self, posted: Posted, message: Message, *, mark: Mark) -> PostResult:
        """Change a message. May be repeated: the result is the same."""
        address = {"channel": posted.channel, "ts": cast(str, posted.ts)}
        arguments = {**address, **labelled(message, self._label), "metadata": mark.metadata(), "parse": "none"}
        # Slack limits changes by method (section 5), but a channel's 429 holds up nobody else's: who asks too soon is told.
        queue = f"{posted.channel} chat.update"
        answer = await self._send(queue, self._client.chat_update, arguments)
        return posted if isinstance(answer, dict) else answer

    async def respond(self, response_url: str, body: dict[str, Any], *, channel: str) -> PostResult:
        """Post by a response_url of `channel`. This works if the bot is not a member, but cannot be changed later."""
        webhook = AsyncWebhookClient(response_url, session=self._session, retry_handlers=[])
        try:
            answer = await webhook.send_dict(labelled(body, self._label))
        except Exception as error:  # noqa: BLE001  whatever it is, it is classified
            failure: Failure | None = classify(error)
        else:
            failure = classify_response(answer.status_code, answer.headers, answer.body)
        if failure is not None:
            _say_not_taken(f"{channel} response_url", failure)
        return failure or Posted(route="response_url", channel=channel)

    async def find(
        self, channel: str, mark: Mark, *, thread_ts: str | None = None
    ) -> Posted | Refused | InDoubt | None:
        """The message that carries `mark`, or None if the channel (or the thread of `thread_ts`) has none.

        `Refused`: Slack itself says that the history may not be read (the scopes for it are optional). `InDoubt`: Slack
        cannot answer at the moment, something other than Slack answered, or the history is longer than we read.
        """
        cursor: str | None = None
        limit = _HISTORY_PAGE
        for _ in range(_HISTORY_PAGES):
            since = mark.since - _CLOCK_SKEW_SECONDS
            page = await self._page(channel, thread_ts, oldest=since, limit=limit, cursor=cursor)
            if isinstance(page, InDoubt) and page.code == Reason.ANSWER_TOO_LARGE and limit > 1:
                limit = max(1, limit // 5)  # long messages: the same page again, in smaller ones
                continue
            if isinstance(page, Refused) and page.status is None and cursor is None:
                return page
            if not isinstance(page, dict):
                return InDoubt(code=page.code)
            messages, rest = page.get("messages"), page.get("response_metadata") or {}
            if not _are_messages(messages) or not isinstance(rest, dict):
                return InDoubt(code=Reason.ANSWER_UNREADABLE)
            for message in messages:
                if mark.is_on(message):
                    return Posted(route="channel", channel=channel, ts=as_message_ts(message.get("ts")))
            before, cursor = cursor, rest.get("next_cursor")
            if not (cursor or page.get("has_more")):
                return None
            if not isinstance(cursor, str) or cursor in {"", before}:
                break
        return InDoubt(code=Reason.HISTORY_TOO_LONG)

    async def read(self, posted: Posted) -> dict[str, Any] | Failure:
        """A message as it is in its channel now, with its mark; empty if it no longer exists. May be repeated."""
        page = await self._page(posted.channel, cast(str, posted.ts), oldest=0, limit=1, cursor=None)
        if not isinstance(page, dict):
            return page
        messages = page.get("messages")
        if not isinstance(messages, list):
            return InDoubt(code=Reason.ANSWER_UNREADABLE)
        return next((each for each in messages if isinstance(each, dict) and each.get("ts") == posted.ts), {})

    async def _page(
        self, channel: str, thread_ts: str | None, *, oldest: float, limit: int, cursor: str | None
    ) -> dict[str, Any] | Failure:
        page: dict[str, Any] = {"channel": channel, "oldest": str(oldest), "limit": limit, "cursor": cursor}
        if thread_ts is None:
            return await self._answer(self._client.conversations_history(**page, include_all_metadata=True))
        return await self._answer(self._client.conversations_replies(**page, ts=thread_ts, include_all_metadata=True))

    async def _send(
        self, queue: str, method: Callable[..., Awaitable[Any]], arguments: dict[str, Any]
    ) -> dict[str, Any] | Failure:
        """Post or update when it is this call's turn; if Slack refuses the layout, once more as plain text."""
        await self._limiter.wait(queue)
        answer = await self._answer(method(**arguments))
        if isinstance(answer, Refused) and answer.code in LAYOUT_REFUSED:
            logger.warning("Slack refuses the layout, sending plain text", extra={"code": answer.code})
            answer = await self._answer(method(**{**arguments, "blocks": []}))
        if not isinstance(answer, dict):
            _say_not_taken(queue, answer)
        if isinstance(answer, NotApplied) and answer.retry_after is not None:
            self._limiter.back_off(queue, answer.retry_after)
        return answer

    async def _answer(self, call: Awaitable[Any]) -> dict[str, Any] | Failure:
        try:
            answer = await call
        except Exception as error:  # noqa: BLE001  whatever it is, it is classified
            return classify(error)
        return cast(dict[str, Any], answer.data)


def _are_messages(found: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(found, list) and all(isinstance(each, dict) for each in found)


def _say_not_taken(queue: str, failure: Failure) -> None:
    logger.warning("Slack refused a message", extra={"to": queue, "kind": failure.kind, "code": failure.code})
