"""The pieces of Block Kit: what is built is what Slack takes, and words stand in it literally."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.slack.blocks import problems_of_blocks, problems_of_view
from bot.slack import blocks

NASTY = [
    "<!channel> <@U0BENOKORO0> <http://x|y>",
    "`code` *bold* _it_ ~no~ :tada:",
    "\u202eevil\u202c",
    "a & b &lt;",
    "two\nlines",
]


def form_of(*content: blocks.Block) -> dict[str, Any]:
    return {"type": "modal", "title": blocks.plain("A form"), "submit": blocks.plain("Go"), "blocks": list(content)}


def leaves(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [leaf for each in node for leaf in leaves(each)]
    if not isinstance(node, dict):
        return []
    own = [node] if isinstance(node.get("text"), str) else []
    return own + [leaf for each in node.values() for leaf in leaves(each)]


@pytest.mark.parametrize("words", NASTY, ids=ascii)
def test_slack_takes_every_block_and_shows_its_words_literally(words: str) -> None:
    built = [
        blocks.plain_line(words),
        blocks.context(words),
        blocks.rich_text([blocks.text(words), blocks.bold(words), blocks.code(words)]),
    ]
    assert problems_of_blocks(built) == []
    found = leaves(built)
    assert [leaf["text"] for leaf in found] == [words] * 5
    # In both kinds Slack neither formats nor links nor pings (docs/facts/slack.md section 5).
    assert {leaf["type"] for leaf in found} == {"plain_text", "text"}
    assert not any(leaf.get("emoji") for leaf in found)


def test_slack_takes_a_mention_and_an_emoji() -> None:
    built = blocks.rich_text([blocks.emoji("tada"), blocks.text(" for "), blocks.user("U0BENOKORO0")])
    assert problems_of_blocks([built]) == []
    assert built["elements"][0]["elements"] == [
        {"type": "emoji", "name": "tada"},
        {"type": "text", "text": " for "},
        {"type": "user", "user_id": "U0BENOKORO0"},
    ]


def test_each_paragraph_is_a_section_of_its_own() -> None:
    built = blocks.rich_text([blocks.text("first")], [blocks.text("second")])
    assert problems_of_blocks([built]) == []
    assert [leaves(section)[0]["text"] for section in built["elements"]] == ["first", "second"]


@pytest.mark.parametrize("optional", [False, True])
def test_slack_takes_an_input_block_in_a_form(optional: bool) -> None:
    element = {"type": "plain_text_input", "action_id": "dish"}
    built = blocks.input_block("the_dish", "Dish", element, hint="Anything on the menu.", optional=optional)
    assert problems_of_view(form_of(built)) == []
    assert (built["block_id"], built["optional"]) == ("the_dish", optional)
    assert (built["label"]["text"], built["hint"]["text"]) == ("Dish", "Anything on the menu.")
    assert built["element"] == element


def test_an_input_block_is_required_unless_told_otherwise() -> None:
    built = blocks.input_block("the_dish", "Dish", {"type": "plain_text_input", "action_id": "dish"}, hint="Any.")
    assert built["optional"] is False


def test_rows_are_one_pair_a_line_without_a_break_after_the_last() -> None:
    built = blocks.rows([("Dish", blocks.text("soup")), ("For", blocks.code("two"))])
    assert problems_of_blocks([blocks.rich_text(built)]) == []
    assert "".join(leaf["text"] for leaf in built) == "Dish: soup\nFor: two"
    assert [leaf["text"] for leaf in built if leaf.get("style") == {"bold": True}] == ["Dish: ", "For: "]


def test_no_rows_are_no_leaves() -> None:
    assert blocks.rows([]) == []


@pytest.mark.parametrize(
    ("words", "escaped"),
    [
        ("plain words", "plain words"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("a & b", "a &amp; b"),
        ("&lt;", "&amp;lt;"),
        ("<@U1> & <http://x|y>", "&lt;@U1&gt; &amp; &lt;http://x|y&gt;"),
    ],
)
def test_escaped_words_have_no_markup_left(words: str, escaped: str) -> None:
    assert blocks.escape(words) == escaped


@given(words=st.text())
def test_escaped_words_have_no_angle_bracket_and_can_be_read_back(words: str) -> None:
    escaped = blocks.escape(words)
    assert "<" not in escaped
    assert ">" not in escaped
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == words
