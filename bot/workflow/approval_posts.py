"""What people read about a request that needs an approval: the feature `approvals` builds it."""

from typing import Protocol

from bot.domain.approval import Decision, Question
from bot.slack.blocks import Message
from bot.slack.news import News


class ApprovalPosts(Protocol):
    """What the approvers read, and what stands where the request was made while it waits, and when that was in vain."""

    def waiting(self, question: Question, *, unasked: bool = False) -> Message:
        """The message to the requester and their channel. `unasked`: the approvers cannot be asked yet."""
        ...

    def ended(self, question: Question, decision: Decision) -> Message:
        """The message that replaces it, if it was not approved."""
        ...

    def news(self, question: Question, decision: Decision) -> News:
        """What that is to others."""
        ...

    def asking(self, question: Question) -> Message:
        """The question, with its buttons."""
        ...

    def reminding(self, question: Question) -> Message:
        """In the thread of the question."""
        ...

    def answered(self, question: Question, decision: Decision) -> Message:
        """In place of the question."""
        ...
