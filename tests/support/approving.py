"""A company in which somebody has to say yes: Ana asks, Ben may answer, and Chiara may as one of the platform team."""

from typing import Any

from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from tests.support.people import about, words

# The settings. Written out, as the ids are, because they outlive a release.
ALWAYS = {
    "APPROVAL": "always",
    "APPROVERS": company.BEN,
    "APPROVER_GROUPS": company.PLATFORM_TEAM,
    "APPROVAL_CHANNEL": company.PLATFORM,
}
APPROVE, DECLINE, WITHDRAW = "approval_approve", "approval_decline", "approval_withdraw"


def questions(slack: LocalSlack, name: str) -> list[Message]:
    """What approvers read about a registry: the question, or what it has become."""
    return [each for each in about(slack, name, channel=company.PLATFORM) if each.ephemeral_to is None]


async def question_about(slack: LocalSlack, name: str) -> Message:
    """Wait until the approvers are asked."""
    await slack.wait_for(lambda: bool(questions(slack, name)), timeout=30)
    (question,) = questions(slack, name)
    return question


async def answered(slack: LocalSlack, name: str, words_: str) -> Message:
    """Wait until the approvers' message says this, and its buttons are gone."""
    await slack.wait_for(lambda: any(words_ in words(each) for each in questions(slack, name)), timeout=30)
    (message,) = questions(slack, name)
    assert not buttons(message) & {APPROVE, DECLINE}, message.blocks
    return message


async def told(slack: LocalSlack, name: str, words_: str, *, channel: str = company.TEAM_SHOP) -> Message:
    """Wait until the one message where the request was made says this."""

    def there() -> list[Message]:
        return [each for each in about(slack, name, channel=channel) if each.ephemeral_to is None]

    await slack.wait_for(lambda: any(words_ in words(each) for each in there()), timeout=30)
    (message,) = there()
    return message


async def only_for(slack: LocalSlack, user: str, words_: str, *, channel: str = company.PLATFORM) -> Message:
    """Wait until this person alone is told this."""

    def found() -> list[Message]:
        return [each for each in slack.messages(channel) if each.ephemeral_to == user and words_ in words(each)]

    await slack.wait_for(lambda: bool(found()), timeout=30)
    return found()[0]


async def approve(slack: LocalSlack, name: str, *, user: str = company.BEN) -> None:
    """Press Approve in the question about this registry."""
    question = await question_about(slack, name)
    await slack.press(question.ts, APPROVE, channel=company.PLATFORM, user=user)


async def open_decline_form(slack: LocalSlack, name: str, *, user: str = company.BEN) -> str:
    """Press Decline in the question about this registry; the id of the form that asks why."""
    question = await question_about(slack, name)
    before = set(slack.views)
    await slack.press(question.ts, DECLINE, channel=company.PLATFORM, user=user)
    await slack.wait_for(lambda: bool(set(slack.views) - before), timeout=30)
    (view_id,) = set(slack.views) - before
    return view_id


async def decline(slack: LocalSlack, name: str, why: str, *, user: str = company.BEN) -> str:
    """Press Decline, and say why; the id of the form."""
    view_id = await open_decline_form(slack, name, user=user)
    await slack.submit(view_id, {"decline_reason": {"reason": why}})
    return view_id


def buttons(message: Message) -> set[str]:
    """The action ids of its buttons."""
    return set(_action_ids(message.blocks))


def _action_ids(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for each in node for found in _action_ids(each)]
    if not isinstance(node, dict):
        return []
    own = [node["action_id"]] if isinstance(node.get("action_id"), str) else []
    return own + [found for each in node.values() for found in _action_ids(each)]
