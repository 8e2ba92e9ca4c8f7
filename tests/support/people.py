"""What people do in Slack, and what they get to read there.

The ids are written out, not imported: they must outlive a release, or forms that are open while it happens lose what
was typed.
"""

from typing import Any

from bot.playground.slack import company
from bot.playground.slack.records import Delivery, Message
from bot.playground.slack.server import LocalSlack

_TOLD_WITHIN_SECONDS = 30.0  # a busy machine takes its time


def filled_in(*, name: str, description: str | None = None, channel: str | None = None) -> dict[str, dict[str, Any]]:
    """The form's values; what is None is left as the form shows it."""
    values: dict[str, dict[str, Any]] = {"registry_name": {"name": name}}
    if description is not None:
        values["registry_description"] = {"description": description}
    if channel is not None:
        values["result_channel"] = {"channel": channel}
    return values


async def open_form(
    slack: LocalSlack, typed: str = "", *, user: str = company.ANA, channel: str = company.TEAM_SHOP
) -> str:
    """Type the command; the id of the form that opens."""
    before = set(slack.views)
    delivery = await slack.command(typed, user=user, channel=channel)
    assert delivery.error is None, delivery
    await slack.wait_for(lambda: bool(set(slack.views) - before))
    (view_id,) = set(slack.views) - before
    return view_id


async def ask_for(
    slack: LocalSlack, name: str, *, description: str | None = None, channel: str = company.TEAM_SHOP
) -> Delivery:
    """Open the form, fill it in and press the button, once."""
    view_id = await open_form(slack)
    return await slack.submit(view_id, filled_in(name=name, description=description, channel=channel))


def about(slack: LocalSlack, name: str, *, channel: str = company.TEAM_SHOP) -> list[Message]:
    """The bot's messages in a channel that name a registry, oldest first."""
    return [
        each
        for each in slack.messages(channel)
        if each.user == company.BOT_USER and not each.is_reply and name in words(each)
    ]


async def outcome_of(slack: LocalSlack, name: str, *, channel: str = company.TEAM_SHOP) -> Message:
    """Wait for the one message that tells how it ended."""

    def told() -> list[Message]:
        return [each for each in about(slack, name, channel=channel) if each.text.startswith(f"Registry `{name}`: ")]

    await slack.wait_for(lambda: bool(told()), timeout=_TOLD_WITHIN_SECONDS)
    (message,) = told()
    return message


def words(message: Message) -> str:
    """All that can be read in a message: its blocks, or its text when it has none."""
    return "".join(_leaves(message.blocks)) if message.blocks else message.text


def _leaves(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for each in node for text in _leaves(each)]
    if not isinstance(node, dict):
        return []
    if node.get("type") == "user":
        return [f"<@{node['user_id']}>"]
    own = node.get("text")
    return ([own] if isinstance(own, str) else []) + [
        text for key, each in node.items() if key != "style" for text in _leaves(each)
    ]
