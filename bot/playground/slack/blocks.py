"""The rules of blocks and views: what Slack refuses, with its JSON pointer (docs/facts/slack.md sections 2 and 3).

Only the blocks and elements listed here are supported; anything else is refused, so that people never get anything that the
playground's page cannot show.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from bot.playground.slack.elements import IMAGE_ELEMENT, IN_ACTIONS, IN_MESSAGE_INPUT, IN_MODAL_INPUT, IN_SECTION
from bot.playground.slack.rich_text import RICH_TEXT_PART
from bot.playground.slack.schema import (
    Check,
    RecordRule,
    anything,
    array,
    boolean,
    by_type,
    complain,
    one_of,
    record,
    string,
    text,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
_LONGEST_MARKDOWN = 12_000  # over all markdown blocks of a message


def _block(fields: Mapping[str, Check], *, needs: tuple[str, ...] = (), rule: RecordRule | None = None) -> Check:
    return record({"type": anything, "block_id": string(255), **fields}, needs=needs, rule=rule)


def _has_text_or_fields(block: dict[str, Any], pointer: str, problems: list[str]) -> None:
    if "text" not in block and "fields" not in block:
        complain(problems, "must have either text or fields", pointer)


def _input(element: Check) -> Check:
    return _block(
        {
            "label": text(2000, plain=True),
            "hint": text(2000, plain=True),
            "element": element,
            "optional": boolean,
            "dispatch_action": boolean,
        },
        needs=("label", "element"),
    )


_EVERYWHERE: Mapping[str, Check] = {
    "header": _block({"text": text(150, plain=True)}, needs=("text",)),
    "section": _block(
        {"text": text(3000), "fields": array(text(2000), most=10), "accessory": IN_SECTION, "expand": boolean},
        rule=_has_text_or_fields,
    ),
    "divider": _block({}),
    "context": _block(
        {"elements": array(by_type({"plain_text": text(3000), "mrkdwn": text(3000), "image": IMAGE_ELEMENT}), most=10)},
        needs=("elements",),
    ),
    "actions": _block({"elements": array(IN_ACTIONS, most=25)}, needs=("elements",)),
    "image": _block(
        {"image_url": string(3000), "slack_file": anything, "alt_text": string(2000), "title": text(2000, plain=True)},
        needs=("alt_text",),
    ),
    "rich_text": _block({"elements": array(RICH_TEXT_PART, most=100)}, needs=("elements",)),
}
_IN_MESSAGES = by_type(
    {
        **_EVERYWHERE,
        "input": _input(IN_MESSAGE_INPUT),
        "markdown": _block({"text": string(_LONGEST_MARKDOWN)}, needs=("text",)),
    }
)
_IN_MODALS = by_type({**_EVERYWHERE, "input": _input(IN_MODAL_INPUT)})

_MESSAGE = array(_IN_MESSAGES, most=MESSAGE_BLOCKS, least=0)
_SHORT_TEXT = text(24, plain=True)
_MODAL = record(
    {
        "type": one_of("modal"),
        "title": _SHORT_TEXT,
        "submit": _SHORT_TEXT,
        "close": _SHORT_TEXT,
        "blocks": array(_IN_MODALS, most=VIEW_BLOCKS, least=0),
        "private_metadata": string(3000, shortest=0),
        "callback_id": string(255, shortest=0),
        "external_id": string(255, shortest=0),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    needs=("type", "title", "blocks"),
)
_HOME = record(
    {
        "type": one_of("home"),
        "blocks": array(_IN_MODALS, most=VIEW_BLOCKS, least=0),
        "private_metadata": string(3000, shortest=0),
        "callback_id": string(255, shortest=0),
        "external_id": string(255, shortest=0),
    },
    needs=("type", "blocks"),
)
_VIEWS = {"modal": _MODAL, "home": _HOME}


def problems_of_blocks(blocks: object) -> list[str]:
    """What is wrong with a message's blocks, in Slack's wording; empty = fine."""
    problems: list[str] = []
    _MESSAGE(blocks, "/blocks", problems)
    if not problems and isinstance(blocks, list):
        _check_ids(blocks, "/blocks", problems)
        markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
        if markdown > _LONGEST_MARKDOWN:
            complain(problems, f"must be less than {_LONGEST_MARKDOWN + 1} characters of markdown in all", "/blocks")
    return problems


def problems_of_view(view: object, *, kind: Literal["modal", "home"] = "modal") -> list[str]:
    """What is wrong with a modal or a Home tab, in Slack's wording; empty = fine."""
    problems: list[str] = []
    _VIEWS[kind](view, "/view", problems)
    if problems or not isinstance(view, dict):
        return problems
    blocks = view["blocks"]
    _check_ids(blocks, "/view/blocks", problems)
    if kind == "modal" and "submit" not in view and any(block["type"] == "input" for block in blocks):
        complain(problems, "missing required field: submit", "/view")
    if sum(element.get("focus_on_load", False) for block in blocks for element in elements_of(block)) > 1:
        complain(problems, "only one element may have focus_on_load", "/view/blocks")
    return problems


def elements_of(block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The elements of a block that can have an action_id."""
    single = block.get("element") or block.get("accessory")
    if single:
        yield single
    if block["type"] == "actions":
        yield from block["elements"]


def _check_ids(blocks: list[dict[str, Any]], pointer: str, problems: list[str]) -> None:
    block_ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    for block_id in (block_id for block_id, times in block_ids.items() if times > 1):
        complain(problems, f"block_id `{block_id}` already exists", pointer)
    for index, block in enumerate(blocks):
        actions = Counter(element["action_id"] for element in elements_of(block) if "action_id" in element)
        for action_id in (action_id for action_id, times in actions.items() if times > 1):
            complain(problems, f"`action_id` {action_id} already exists for this block", f"{pointer}/{index}")
