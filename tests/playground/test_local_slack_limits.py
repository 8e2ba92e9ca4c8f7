"""Slack's limits (facts/slack.md sections 2 and 3): what is just within passes, what is just beyond is pointed at."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack

Json = dict[str, Any]


def plain(text: str = "t") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "t") -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def entry(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element, **more}


def typed(**more: Any) -> Json:
    return entry({"type": "plain_text_input", **more})


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(text: str = "t", value: str = "v") -> Json:
    return {"text": plain(text), "value": value}


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), **more}


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": [option()], **more}


def rich(*leaves: Json, kind: str = "rich_text_section", **more: Any) -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(leaves), **more}]}


def leaf(kind: str = "text", **more: Any) -> Json:
    return {"type": kind, **(more or {"text": "t"})}


def in_view(**more: Any) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": [], **more}


def with_block(block: Json) -> Json:
    return in_view(blocks=[block])


Sized = Callable[[int], Json]

# What grows, where it is pointed at, and the largest that passes.
VIEW_SIZES: dict[str, tuple[Sized, str, int]] = {
    "title": (lambda n: in_view(title=plain("x" * n)), "/view/title/text", 24),
    "submit": (lambda n: in_view(submit=plain("x" * n)), "/view/submit/text", 24),
    "close": (lambda n: in_view(close=plain("x" * n)), "/view/close/text", 24),
    "private_metadata": (lambda n: in_view(private_metadata="x" * n), "/view/private_metadata", 3000),
    "callback_id": (lambda n: in_view(callback_id="x" * n), "/view/callback_id", 255),
    "external_id": (lambda n: in_view(external_id="x" * n), "/view/external_id", 255),
    "blocks": (lambda n: in_view(blocks=[{"type": "divider"}] * n), "/view/blocks", 100),
    "block_id": (lambda n: with_block(section(block_id="x" * n)), "/view/blocks/0/block_id", 255),
    "action_id": (lambda n: with_block(typed(action_id="x" * n)), "/view/blocks/0/element/action_id", 255),
    "label": (lambda n: with_block(typed() | {"label": plain("x" * n)}), "/view/blocks/0/label/text", 2000),
    "hint": (lambda n: with_block(typed() | {"hint": plain("x" * n)}), "/view/blocks/0/hint/text", 2000),
    "placeholder": (
        lambda n: with_block(typed(placeholder=plain("x" * n))),
        "/view/blocks/0/element/placeholder/text",
        150,
    ),
    "max_length": (lambda n: with_block(typed(max_length=n)), "/view/blocks/0/element/max_length", 3000),
    "initial_value": (
        lambda n: with_block(typed(max_length=20, initial_value="x" * n)),
        "/view/blocks/0/element/initial_value",
        20,
    ),
    "min_length": (
        lambda n: with_block(typed(max_length=20, min_length=n)),
        "/view/blocks/0/element/min_length",
        20,
    ),
    "options": (
        lambda n: with_block(entry(select(options=[option(value=str(i)) for i in range(n)]))),
        "/view/blocks/0/element/options",
        100,
    ),
    "option text": (
        lambda n: with_block(entry(select(options=[option("x" * n)]))),
        "/view/blocks/0/element/options/0/text/text",
        75,
    ),
    "option value": (
        lambda n: with_block(entry(select(options=[option(value="x" * n)]))),
        "/view/blocks/0/element/options/0/value",
        150,
    ),
    "radio options": (
        lambda n: with_block(entry({"type": "radio_buttons", "options": [option(value=str(i)) for i in range(n)]})),
        "/view/blocks/0/element/options",
        10,
    ),
}

MESSAGE_SIZES: dict[str, tuple[Sized, str, int]] = {
    "section text": (lambda n: section(text=mrkdwn("x" * n)), "/blocks/0/text/text", 3000),
    "fields": (lambda n: section(fields=[mrkdwn()] * n), "/blocks/0/fields", 10),
    "field": (lambda n: section(fields=[mrkdwn("x" * n)]), "/blocks/0/fields/0/text", 2000),
    "header": (lambda n: {"type": "header", "text": plain("x" * n)}, "/blocks/0/text/text", 150),
    "context": (lambda n: {"type": "context", "elements": [mrkdwn()] * n}, "/blocks/0/elements", 10),
    "actions": (lambda n: actions(*[button()] * n), "/blocks/0/elements", 25),
    "button text": (lambda n: actions(button(text=plain("x" * n))), "/blocks/0/elements/0/text/text", 75),
    "button value": (lambda n: actions(button(value="x" * n)), "/blocks/0/elements/0/value", 2000),
    "button url": (lambda n: actions(button(url="x" * n)), "/blocks/0/elements/0/url", 3000),
    "button label": (
        lambda n: actions(button(accessibility_label="x" * n)),
        "/blocks/0/elements/0/accessibility_label",
        75,
    ),
    "confirm title": (
        lambda n: actions(button(confirm=confirm(title=plain("x" * n)))),
        "/blocks/0/elements/0/confirm/title/text",
        100,
    ),
    "confirm text": (
        lambda n: actions(button(confirm=confirm(text=mrkdwn("x" * n)))),
        "/blocks/0/elements/0/confirm/text/text",
        300,
    ),
    "confirm button": (
        lambda n: actions(button(confirm=confirm(confirm=plain("x" * n)))),
        "/blocks/0/elements/0/confirm/confirm/text",
        30,
    ),
    "overflow options": (
        lambda n: section(accessory={"type": "overflow", "options": [option(value=str(i)) for i in range(n)]}),
        "/blocks/0/accessory/options",
        5,
    ),
    "alt_text": (
        lambda n: {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "x" * n},
        "/blocks/0/alt_text",
        2000,
    ),
    "markdown": (lambda n: {"type": "markdown", "text": "x" * n}, "/blocks/0/text", 12_000),
    "list indent": (
        lambda n: {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_list", "style": "bullet", "indent": n, "elements": rich(leaf())["elements"]}
            ],
        },
        "/blocks/0/elements/0/indent",
        8,
    ),
}

BAD_VIEWS: dict[str, tuple[Json, str]] = {
    "no title": ({"type": "modal", "blocks": []}, "/view"),
    "no blocks": ({"type": "modal", "title": plain()}, "/view"),
    "home is not offered": (in_view(type="home"), "/view/type"),
    "a title in mrkdwn": (in_view(title=mrkdwn()), "/view/title/type"),
    "an empty title": (in_view(title=plain("")), "/view/title/text"),
    "an input without submit": ({"type": "modal", "title": plain(), "blocks": [typed()]}, "/view"),
    "a misspelt property": (in_view(notify_on_closing=True), "/view"),
    "two blocks of one id": (in_view(blocks=[section(block_id="b"), section(block_id="b")]), "/view/blocks"),
    "two elements of one id": (with_block(actions(button(action_id="a"), button(action_id="a"))), "/view/blocks/0"),
    "two focused elements": (
        in_view(blocks=[typed(focus_on_load=True), typed(focus_on_load=True)]),
        "/view/blocks",
    ),
    "max_length 0": (with_block(typed(max_length=0)), "/view/blocks/0/element/max_length"),
    "a max_length in words": (with_block(typed(max_length="20")), "/view/blocks/0/element/max_length"),
    "a label in mrkdwn": (with_block(typed() | {"label": mrkdwn()}), "/view/blocks/0/label/type"),
    "no label": (with_block({"type": "input", "element": {"type": "plain_text_input"}}), "/view/blocks/0"),
    "a button as an input": (with_block(entry(button())), "/view/blocks/0/element/type"),
    "an unknown element": (with_block(entry({"type": "slider"})), "/view/blocks/0/element/type"),
    "an unknown block": (with_block({"type": "marquee"}), "/view/blocks/0/type"),
    "a block without type": (with_block({}), "/view/blocks/0/type"),
    "markdown is for messages": (with_block({"type": "markdown", "text": "x"}), "/view/blocks/0/type"),
    "text input outside an input": (
        with_block(actions({"type": "plain_text_input"})),
        "/view/blocks/0/elements/0/type",
    ),
    "response_url outside an input": (
        with_block(actions({"type": "conversations_select", "response_url_enabled": True})),
        "/view/blocks/0/elements/0",
    ),
    "an unknown occasion to dispatch": (
        with_block(typed(dispatch_action_config={"trigger_actions_on": ["on_sunday"]})),
        "/view/blocks/0/element/dispatch_action_config/trigger_actions_on/0",
    ),
    "an empty filter": (
        with_block(entry({"type": "conversations_select", "filter": {"include": []}})),
        "/view/blocks/0/element/filter/include",
    ),
    "an unknown kind in a filter": (
        with_block(entry({"type": "conversations_select", "filter": {"include": ["public", "all"]}})),
        "/view/blocks/0/element/filter/include/1",
    ),
    "no options": (with_block(entry({"type": "static_select"})), "/view/blocks/0/element"),
    "options and groups": (
        with_block(entry(select(option_groups=[{"label": plain(), "options": [option()]}]))),
        "/view/blocks/0/element",
    ),
    "an initial option not offered": (
        with_block(entry(select(initial_option=option("t", "other")))),
        "/view/blocks/0/element/initial_option",
    ),
}

BAD_BLOCKS: dict[str, tuple[list[Any], str]] = {
    "an unknown block": ([section(), {"type": "marquee"}], "/blocks/1/type"),
    "no object": (["text"], "/blocks/0/type"),
    "too many": ([{"type": "divider"}] * 51, "/blocks"),
    "a section without text and fields": ([{"type": "section"}], "/blocks/0"),
    "an empty text": ([section(text=mrkdwn(""))], "/blocks/0/text/text"),
    "a text that is none": ([section(text="plain")], "/blocks/0/text/type"),
    "a header in mrkdwn": ([{"type": "header", "text": mrkdwn()}], "/blocks/0/text/type"),
    "emoji in mrkdwn": ([section(text=mrkdwn() | {"emoji": True})], "/blocks/0/text"),
    "verbatim in plain text": ([section(text=plain() | {"verbatim": True})], "/blocks/0/text"),
    "a select in context": ([{"type": "context", "elements": [select()]}], "/blocks/0/elements/0/type"),
    "an empty context": ([{"type": "context", "elements": []}], "/blocks/0/elements"),
    "an unknown button style": ([actions(button(style="loud"))], "/blocks/0/elements/0/style"),
    "a confirm without a way back": (
        [actions(button(confirm={"title": plain(), "text": plain(), "confirm": plain()}))],
        "/blocks/0/elements/0/confirm",
    ),
    "an empty button value": ([actions(button(value=""))], "/blocks/0/elements/0/value"),
    "a button without text": ([actions({"type": "button"})], "/blocks/0/elements/0"),
    "response_url in a message": (
        [entry({"type": "conversations_select", "response_url_enabled": True})],
        "/blocks/0/element",
    ),
    "an unknown leaf": ([rich(leaf("blink"))], "/blocks/0/elements/0/elements/0/type"),
    "an empty leaf": ([rich(leaf(text=""))], "/blocks/0/elements/0/elements/0/text"),
    "a user in preformatted text": (
        [rich(leaf("user", user_id="U1"), kind="rich_text_preformatted")],
        "/blocks/0/elements/0/elements/0/type",
    ),
    "a broadcast to nobody": ([rich(leaf("broadcast", range="all"))], "/blocks/0/elements/0/elements/0/range"),
    "a style that is none": ([rich(leaf(text="t", style={"big": True}))], "/blocks/0/elements/0/elements/0/style"),
    "a leaf without its section": ([{"type": "rich_text", "elements": [leaf()]}], "/blocks/0/elements/0/type"),
    "two markdown blocks over the sum": ([{"type": "markdown", "text": "x" * 6001}] * 2, "/blocks"),
}

GOOD_BLOCKS: list[Json] = [
    {"type": "header", "text": plain() | {"emoji": True}},
    section(fields=[plain(), mrkdwn() | {"verbatim": True}], accessory=button(style="primary", value="v")),
    {"type": "section", "fields": [plain()]},
    {"type": "context", "elements": [plain(), {"type": "image", "image_url": "https://x.example/i", "alt_text": "i"}]},
    {"type": "divider"},
    actions(
        button(confirm=confirm(style="danger"), style="danger"),
        select(initial_option=option()),
        {"type": "conversations_select", "default_to_current_conversation": True},
        {"type": "overflow", "options": [option() | {"url": "https://x.example"}]},
    ),
    {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "i", "title": plain()},
    rich(
        leaf(text="a", style={"bold": True, "code": True}),
        leaf("user", user_id="U1"),
        leaf("channel", channel_id="C1"),
        leaf("usergroup", usergroup_id="S1"),
        leaf("broadcast", range="here"),
        leaf("link", url="https://x.example", text="x"),
        leaf("emoji", name="tada"),
    ),
    rich(leaf(), leaf("link", url="https://x.example"), kind="rich_text_preformatted", border=0),
    rich(leaf(), kind="rich_text_quote"),
]


async def view_problems(web: AsyncWebClient, slack: LocalSlack, view: Json) -> list[str]:
    """What Slack complains about when the view is opened."""
    trigger = slack.workspace.new_trigger(user=company.ANA, channel=company.TEAM_SHOP)
    return await problems(web, "views.open", {"trigger_id": trigger, "view": view}, "invalid_arguments")


async def block_problems(web: AsyncWebClient, blocks: list[Any]) -> list[str]:
    """What Slack complains about when the blocks are posted."""
    arguments = {"channel": company.TEAM_SHOP, "text": "t", "blocks": blocks}
    return await problems(web, "chat.postMessage", arguments, "invalid_blocks")


async def problems(web: AsyncWebClient, method: str, arguments: Json, error: str) -> list[str]:
    try:
        await web.api_call(method, json=arguments)
    except SlackApiError as refusal:
        answer: Json = refusal.response.data
    else:
        return []
    assert answer["error"] == error
    messages: list[str] = answer["response_metadata"]["messages"]
    return messages


def pointers(messages: list[str]) -> set[str]:
    return {message.rpartition("[json-pointer:")[2].removesuffix("]") for message in messages}


@pytest.mark.parametrize("name", VIEW_SIZES)
async def test_sizes_in_views(web: AsyncWebClient, slack: LocalSlack, name: str) -> None:
    sized, pointer, largest = VIEW_SIZES[name]
    assert await view_problems(web, slack, sized(largest)) == []
    assert pointers(await view_problems(web, slack, sized(largest + 1))) == {pointer}


@pytest.mark.parametrize("name", MESSAGE_SIZES)
async def test_sizes_in_messages(web: AsyncWebClient, name: str) -> None:
    sized, pointer, largest = MESSAGE_SIZES[name]
    assert await block_problems(web, [sized(largest)]) == []
    assert pointers(await block_problems(web, [sized(largest + 1)])) == {pointer}


@pytest.mark.parametrize("name", BAD_VIEWS)
async def test_views_that_slack_refuses(web: AsyncWebClient, slack: LocalSlack, name: str) -> None:
    view, pointer = BAD_VIEWS[name]
    assert pointers(await view_problems(web, slack, view)) == {pointer}


@pytest.mark.parametrize("name", BAD_BLOCKS)
async def test_blocks_that_slack_refuses(web: AsyncWebClient, name: str) -> None:
    blocks, pointer = BAD_BLOCKS[name]
    assert pointers(await block_problems(web, blocks)) == {pointer}


async def test_every_known_block_and_leaf_passes(web: AsyncWebClient, slack: LocalSlack) -> None:
    assert await block_problems(web, GOOD_BLOCKS) == []
    assert await block_problems(web, [{"type": "divider"}] * 50) == []
    assert await view_problems(web, slack, in_view(blocks=GOOD_BLOCKS)) == []


async def test_all_problems_are_told_at_once(web: AsyncWebClient) -> None:
    told = await block_problems(web, [{"type": "marquee"}, section(text=mrkdwn("x" * 3001))])
    assert told == [
        "[ERROR] unsupported type: marquee [json-pointer:/blocks/0/type]",
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]",
    ]
