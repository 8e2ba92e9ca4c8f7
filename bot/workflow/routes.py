"""The calls that tell people about a request. Each is the body of one step and returns its result.

The first argument of calls that must not be repeated blindly says whether an interrupted step may have made the call.
"""

from typing import cast

from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.domain.request import Request
from bot.slack.blocks import Message
from bot.slack.outbound.explanations import elsewhere
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted, PostResult, Route
from bot.workflow.progress import Progress

_TOUCHES = 3


class Routes:
    """To the chosen channel, by its response_url, to the requester only, and to further channels."""

    def __init__(self, *, request: Request, poster: Poster) -> None:
        self._request = request
        self._origin = request.origin
        self._poster = poster
        self.mark = self._marked("request")

    async def to_channel(self, may_have_run: bool, outcome: Message, progress: Progress) -> PostResult:
        """Change the progress message into the outcome, or post the outcome if there is none."""
        if progress.posted is not None:
            return await self.update(progress.posted, outcome)
        look_first = may_have_run or progress.doubtful
        return await self._post_once(self._origin.channel, outcome, mark=self.mark, look_first=look_first)

    async def by(self, may_have_run: bool, outcome: Message, route: Route, doubtful: bool) -> PostResult:
        """Post the outcome by one route; `doubtful`: an earlier attempt may have posted it."""
        match route:
            case "response_url":
                if may_have_run:
                    return InDoubt(code=Reason.PERHAPS_POSTED)  # cannot be looked for: the next route tells it
                return await self._respond({**outcome, "response_type": "in_channel"})
            case "direct_message":
                return await self._poster.post(self._origin.requester, outcome, mark=self.mark, route=route)
            case _:
                look_first = may_have_run or doubtful
                return await self._post_once(self._origin.channel, outcome, mark=self.mark, look_first=look_first)

    async def update(self, posted: Posted, outcome: Message) -> PostResult:
        """Change a message into the outcome. May be repeated."""
        return await self._poster.update(posted, outcome, mark=self.mark)

    async def touch(self, posted: Posted, message: Message) -> None:
        """The same as a courtesy: tried three times, and a failure is ignored."""
        for _ in range(_TOUCHES):
            if isinstance(await self.update(posted, message), Posted | Refused):
                return

    async def notify(
        self, may_have_run: bool, notice: Message, channel: str, doubtful: bool, role: str = "notice"
    ) -> PostResult:
        """One line about the outcome in a further channel; `role` distinguishes it from an earlier one."""
        mark = self._marked(role)
        found = await self._poster.find(channel, mark) if may_have_run or doubtful else None
        return found if isinstance(found, Posted | InDoubt) else await self._poster.post(channel, notice, mark=mark)

    async def reply(
        self, may_have_run: bool, message: Message, posted: Posted, doubtful: bool, role: str
    ) -> PostResult:
        """Reply in the thread of a message. If it cannot be searched for, it is not posted again: one ping is enough."""
        mark = self._marked(role)
        thread = cast(str, posted.ts)
        if may_have_run or doubtful:
            found = await self._poster.find(posted.channel, mark, thread_ts=thread)
            if found is not None:
                return found
        return await self._poster.post(posted.channel, message, mark=mark, thread_ts=thread)

    async def explain(self, why: str, bot: str, posted: Posted) -> PostResult:
        """Tell the requester why the outcome went elsewhere, and what to do about it."""
        text = elsewhere(
            channel=self._origin.channel, why=why, route=posted.route, bot=bot, reference=self._request.reference
        )
        if posted.route == "response_url":
            return await self._respond({"text": text, "response_type": "ephemeral"})
        return await self._poster.post(self._origin.requester, {"text": text}, route="direct_message")

    async def _post_once(self, channel: str, outcome: Message, *, mark: Mark, look_first: bool) -> PostResult:
        found = await self._poster.find(channel, mark) if look_first else None
        if isinstance(found, InDoubt):
            return found
        if isinstance(found, Posted):
            changed = await self.update(found, outcome)
            # There is a message: a later attempt has to look for it again, and may not post another one.
            return InDoubt(code=changed.code, status=changed.status) if isinstance(changed, NotApplied) else changed
        # Also if the history may not be read: then posting twice is the lesser evil.
        return await self._poster.post(channel, outcome, mark=mark)

    async def _respond(self, body: Message) -> PostResult:
        if self._origin.response_url is None:
            return Refused(code=Reason.NO_RESPONSE_URL)
        return await self._poster.respond(self._origin.response_url, body, channel=self._origin.channel)

    def _marked(self, role: str) -> Mark:
        return Mark(request_id=self._request.id, role=role, since=self._request.accepted_at)
