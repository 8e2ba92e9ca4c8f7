"""The pieces of Block Kit that every feature uses. Values in, dictionaries out.

Text from people or the vendor goes into rich-text `text` leaves or `plain_text`, which Slack shows literally, so that it
cannot cause pings, links or formatting (docs/facts/slack.md section 5).
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

Block = dict[str, Any]
Leaf = dict[str, Any]
# `text` and `blocks` for chat.postMessage.
Message = dict[str, Any]

_MOMENT = "{date_short_pretty} at {time}"


def plain(text: str) -> Block:
    """A text object that is shown literally."""
    return {"type": "plain_text", "text": text, "emoji": False}


def plain_line(text: str) -> Block:
    """A section of plain text."""
    return {"type": "section", "text": plain(text)}


def mrkdwn_line(text: str) -> Block:
    """A section of mrkdwn, for our own words and ids only. Slack adds no links or mentions of its own."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def input_block(block_id: str, label: str, element: Block, *, hint: str, optional: bool = False) -> Block:
    """A labelled field of a form."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "hint": plain(hint),
        "element": element,
        "optional": optional,
    }


def rich_text(*paragraphs: Iterable[Leaf]) -> Block:
    """A rich-text block with one section for each paragraph."""
    sections = [{"type": "rich_text_section", "elements": list(leaves)} for leaves in paragraphs]
    return {"type": "rich_text", "elements": sections}


def preformatted(words: str) -> Block:
    """A rich-text block that holds lines to copy, shown literally."""
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [text(words)], "border": 0}],
    }


def header(words: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(words)}


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def button(action_id: str, label: str, value: str, *, described: str | None = None, primary: bool = False) -> Block:
    """A button; `described` is what a screen reader reads aloud (like the label, at most 75 characters)."""
    pressed: Block = {"type": "button", "action_id": action_id, "text": plain(label), "value": value}
    if described:
        pressed["accessibility_label"] = described
    return {**pressed, "style": "primary"} if primary else pressed


def context(line: str, *, beside: str | None = None, dated: bool = False) -> Block:
    """A line in small print, and another `beside` it.

    `dated`: the line consists of our own words and contains a `moment_in_mrkdwn` or a `time_in_mrkdwn`.
    """
    first = {"type": "mrkdwn", "text": line, "verbatim": True} if dated else plain(line)
    return {"type": "context", "elements": [first, *([plain(beside)] if beside else [])]}


def text(words: str) -> Leaf:
    """Words, shown literally."""
    return {"type": "text", "text": words}


def bold(words: str) -> Leaf:
    """Words in bold."""
    return {"type": "text", "text": words, "style": {"bold": True}}


def code(words: str) -> Leaf:
    """Words in a code span, easy to copy."""
    return {"type": "text", "text": words, "style": {"code": True}}


def emoji(name: str) -> Leaf:
    """An emoji, by its name without colons."""
    return {"type": "emoji", "name": name}


def user(user_id: str) -> Leaf:
    """A mention of a person."""
    return {"type": "user", "user_id": user_id}


def group(group_id: str) -> Leaf:
    """A mention of a user group."""
    return {"type": "usergroup", "usergroup_id": group_id}


def channel(channel_id: str) -> Leaf:
    """A channel, shown by name to readers who may see it."""
    return {"type": "channel", "channel_id": channel_id}


def link(url: str, words: str) -> Leaf:
    """Words that link to a URL."""
    return {"type": "link", "url": url, "text": words}


def moment(at: float) -> Leaf:
    """A time (in seconds since the UTC epoch), in the reader's own time zone."""
    return {"type": "date", "timestamp": int(at), "format": _MOMENT, "fallback": _in_utc(at)}


def moment_in_mrkdwn(at: float) -> str:
    """The same for mrkdwn, and for top-level text: docs.slack.dev/messaging/formatting-message-text#date-formatting."""
    return f"<!date^{int(at)}^{_MOMENT}|{_in_utc(at)}>"


def time_in_mrkdwn(at: float) -> str:
    """The time of day only, for times a few minutes away."""
    return f"<!date^{int(at)}^{{time}}|{datetime.fromtimestamp(at, UTC):%H:%M} UTC>"


def _in_utc(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def rows(pairs: Iterable[tuple[str, Leaf]]) -> list[Leaf]:
    """`Label: value`, one pair a line, without a line break after the last."""
    leaves = [leaf for label, value in pairs for leaf in (bold(f"{label}: "), value, text("\n"))]
    return leaves[:-1]


def labelled(message: Message, label: str | None) -> Message:
    """The message with the installation's label added to its blocks, if it has any, and to its text."""
    if label is None:
        return message
    text_below = {**message, "text": f"{message['text']}\n{escape(label)}"}
    return {**text_below, "blocks": [*message["blocks"], context(label)]} if message.get("blocks") else text_below


def escape(words: str) -> str:
    """For top-level text: https://docs.slack.dev/messaging/formatting-message-text, ampersand first."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
