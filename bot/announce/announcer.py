"""(7) OUTBOUND to Slack: each method is one call and one side effect, and returns what became of it.

Which of them is called, in which order and how often, is the workflow's business (workflow/delivery.py).
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, cast

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.announce.results import Doubtful, Later, Posted, PostResult, Refused, Route
from bot.announce.slack_failures import Failure, judge, judge_response
from bot.announce.turnstile import Turnstile
from bot.registry.models import Outcome, Submission
from bot.views import messages

# Text is taken as it is: no links made out of URLs or names, no previews (docs/facts/slack.md section 5).
_LITERAL: dict[str, Any] = {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
# Our layout is within Slack's limits as they are known; should they change, the words still arrive.
_LAYOUT_REFUSED = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch", "invalid_arguments"}
)
_UPDATE = "chat.update"  # limited by method, not by channel (docs/facts/slack.md section 5)
_COURTESY_SECONDS = 3.0
_HISTORY_PAGE = 200
_CLOCK_SKEW_SECONDS = 60 * 60  # generous: the message is known by its metadata, this only bounds the search


logger = logging.getLogger(__name__)


class Announcer:
    """Posts and updates the one message of a request.

    `client` must have no retry handlers: the SDK's default one posts again after a dropped connection, which doubles
    the message (docs/facts/slack.md section 11). `bot_mention` names the bot in mrkdwn. `notify` are the ids of further
    channels that hear every outcome.
    """

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        region: str,
        bot_mention: Callable[[], str],
        notify: tuple[str, ...] = (),
    ) -> None:
        self._client = client
        self._session = session
        self._region = region
        self.notify = notify
        self._bot_mention = bot_mention
        self._turnstile = Turnstile()

    async def creating(self, submission: Submission, route: Route, *, look_first: bool) -> PostResult:
        """Say that work has begun. Through the response_url only the requester sees it: it cannot be changed later."""
        alone = route == "response_url"
        message = messages.creating(submission, region=self._region, for_requester=alone)
        if alone:
            return await self._respond(submission, {**message, "response_type": "ephemeral"})
        if look_first:
            # Posted by a process that died, and on its way or not: a second one might never be changed. What is found
            # later will be, and a message that only says "creating" is no loss.
            found = await self._find(submission, submission.channel, role="request")
            return found or Doubtful(code="perhaps_posted")
        if (busy := self._turnstile.wait(submission.channel)) > _COURTESY_SECONDS:
            # So many are waiting for this channel that the outcome will be there before this would be.
            return Later(code="queue", retry_after=busy)
        return await self._post(route, submission.channel, message)

    async def outcome(self, submission: Submission, result: Outcome, route: Route, *, look_first: bool) -> PostResult:
        """Post the outcome where no message is known to stand; with `look_first`, update one that is found after all."""
        message = messages.outcome(submission, result, region=self._region)
        if route == "response_url":
            return await self._respond(submission, {**message, "response_type": "in_channel"})
        if route == "direct_message":
            return await self._post(route, submission.requester, message)
        found = await self._find(submission, submission.channel, role="request") if look_first else None
        if isinstance(found, Posted):
            return await self.update(submission, result, found)
        return found or await self._post(route, submission.channel, message)

    async def update(self, submission: Submission, result: Outcome, posted: Posted) -> PostResult:
        """Turn the message into the outcome. May be repeated: the result is the same."""
        message = messages.outcome(submission, result, region=self._region)
        address = {"channel": posted.channel, "ts": cast(str, posted.ts)}
        answer = await self._send(_UPDATE, self._client.chat_update, {**address, **message, "parse": "none"})
        return posted if isinstance(answer, dict) else answer

    async def notice(self, submission: Submission, result: Outcome, channel: str, *, look_first: bool) -> PostResult:
        """One line about the outcome in a further channel."""
        found = await self._find(submission, channel, role="notice") if look_first else None
        return found or await self._post("channel", channel, messages.notice(submission, result))

    async def explain(self, submission: Submission, why: str, posted: Posted) -> PostResult:
        """Tell the requester why the result went elsewhere, and how to mend it."""
        text = messages.elsewhere(channel=submission.channel, why=why, bot=self._bot_mention())
        if posted.route == "response_url" and submission.response_url:
            return await self._respond(submission, {"text": text, "response_type": "ephemeral"})
        return await self._post("direct_message", submission.requester, {"text": text})

    async def _post(self, route: Route, channel: str, message: messages.Message) -> PostResult:
        answer = await self._send(channel, self._client.chat_postMessage, {"channel": channel, **message, **_LITERAL})
        if not isinstance(answer, dict):
            return answer
        # A direct message is addressed to a user id and updated by the id of its conversation.
        return Posted(route=route, channel=str(answer.get("channel", channel)), ts=str(answer.get("ts", "")) or None)

    async def _respond(self, submission: Submission, body: dict[str, Any]) -> PostResult:
        if submission.response_url is None:
            return Refused(code="no_response_url")
        webhook = AsyncWebhookClient(submission.response_url, session=self._session, retry_handlers=[])
        try:
            answer = await webhook.send_dict(body)
        except Exception as error:  # noqa: BLE001  whatever it is, it is classified
            return judge(error)
        failure = judge_response(answer.status_code, answer.headers, answer.body)
        return failure or Posted(route="response_url", channel=submission.channel)

    async def _find(self, submission: Submission, channel: str, *, role: str) -> Posted | Doubtful | None:
        """Our own message of this request, where an earlier attempt may have posted it; in doubt while Slack does not say.

        None also when the history may not be read (the scopes for it are optional): then posting again is the lesser evil.
        """
        oldest = str(submission.asked_at - _CLOCK_SKEW_SECONDS)
        cursor: str | None = None
        while True:
            page = await self._answer(
                self._client.conversations_history(
                    channel=channel, oldest=oldest, limit=_HISTORY_PAGE, cursor=cursor, include_all_metadata=True
                )
            )
            if isinstance(page, Later | Doubtful):
                return Doubtful(code=page.code)
            if isinstance(page, Refused):
                return None
            for message in page.get("messages", []):
                if messages.is_of_request(message, submission.request_id, role=role):
                    return Posted(route="channel", channel=channel, ts=str(message["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None

    async def _send(
        self, queue: str, method: Callable[..., Awaitable[Any]], arguments: dict[str, Any]
    ) -> dict[str, Any] | Failure:
        """Post or update in turn; once more as plain text where Slack refuses the layout."""
        await self._turnstile.enter(queue)
        answer = await self._answer(method(**arguments))
        if isinstance(answer, Refused) and answer.code in _LAYOUT_REFUSED:
            logger.warning("Slack refuses the layout (%s), sending text", answer.code)
            answer = await self._answer(method(**{**arguments, "blocks": []}))
        if isinstance(answer, Later) and answer.retry_after is not None:
            self._turnstile.close(queue, answer.retry_after)
        return answer

    async def _answer(self, call: Awaitable[Any]) -> dict[str, Any] | Failure:
        try:
            answer = await call
        except Exception as error:  # noqa: BLE001  whatever it is, it is classified
            return judge(error)
        return cast(dict[str, Any], answer.data)
