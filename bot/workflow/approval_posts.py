"""The interface of the messages about a request that needs an approval; the feature `approvals` implements it."""

from typing import Protocol

from bot.domain.approval import Decision, Question
from bot.slack.blocks import Message
from bot.slack.news import News


class ApprovalPosts(Protocol):
    """What the approvers read, and what the channel of the request reads while it waits and if it is not approved."""

    def waiting(self, question: Question, *, unasked: bool = False) -> Message:
        """The message to the requester and their channel. `unasked`: the approvers cannot be asked yet."""
        ...

    def ended(self, question: Question, decision: Decision) -> Message:
        """The message that replaces it, if it was not approved."""
        ...

    def news(self, question: Question, decision: Decision) -> News:
        """The line for other channels and the reply to the requester."""
        ...

    def asking(self, question: Question) -> Message:
        """The question, with its buttons."""
        ...

    def reminding(self, question: Question) -> Message:
        """The reminder, in the thread of the question."""
        ...

    def answered(self, question: Question, decision: Decision) -> Message:
        """The answer, which replaces the question."""
        ...
