"""How to push: the real address in lines to copy, and nothing that the vendor does not publish without saying so."""

from typing import Any

import pytest

from bot.playground.slack.blocks import problems_of_view
from bot.slack.push_guide import PushGuide, docker_address

ADDRESS = "https://docker.ap-southeast-3.example/t/team-shop/"
WHERE = "docker.ap-southeast-3.example/t/team-shop"


def said(view: dict[str, Any]) -> str:
    return "\n".join(_texts(view["blocks"]))


def _texts(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for each in node for text in _texts(each)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if isinstance(node.get("text"), str) else []
    return own + [text for key in ("text", "elements") for text in _texts(node.get(key))]


def test_the_lines_hold_the_real_address_and_name() -> None:
    view = PushGuide(contact="#platform-help").view(name="team-shop", address=ADDRESS)
    lines = said(view)
    assert "docker login docker.ap-southeast-3.example\n" in lines
    assert f"docker tag team-shop:1.0 {WHERE}/team-shop:1.0\ndocker push {WHERE}/team-shop:1.0" in lines
    assert "ask #platform-help for access" in lines
    assert problems_of_view(view) == []


def test_what_is_not_published_is_to_be_compared_with_the_page_of_the_repository() -> None:
    lines = said(PushGuide(contact="x").view(name="shop", address=ADDRESS))
    assert "Compare these lines" in lines
    assert "Tutorial" in lines
    assert "your own user name and password" in lines


def test_the_operators_own_text_takes_the_place_of_the_steps() -> None:
    guide = PushGuide(contact="x", operators="Use buildah push {address}/{name}. <!channel>")
    view = guide.view(name="shop", address=ADDRESS)
    assert f"Use buildah push {WHERE}/shop. <!channel>" in said(view)
    assert "docker" not in said(view).replace(WHERE, "")
    assert {"type": "plain_text", "text": f"Use buildah push {WHERE}/shop. <!channel>", "emoji": False} in [
        block.get("text") for block in view["blocks"]
    ]


def test_the_operators_own_page_is_linked() -> None:
    view = PushGuide(contact="x", operators="https://wiki.example/push").view(name="shop", address=ADDRESS)
    links = [
        leaf
        for block in view["blocks"]
        if block["type"] == "rich_text"
        for section in block["elements"]
        for leaf in section["elements"]
        if leaf["type"] == "link"
    ]
    assert links == [{"type": "link", "url": "https://wiki.example/push", "text": "how to push an image"}]
    assert "docker" not in said(view).replace(WHERE, "")


def test_the_longest_guide_and_address_are_within_slacks_limits() -> None:
    guide = PushGuide(contact="c" * 200, operators="{address}" * 270)
    assert problems_of_view(guide.view(name="x" * 20, address="a" * 1000)) == []


@pytest.mark.parametrize("written", [WHERE, WHERE + "/", f"https://{WHERE}", f"http://{WHERE}//"])
def test_docker_takes_neither_a_scheme_nor_a_slash_at_the_end(written: str) -> None:
    assert docker_address(written) == WHERE
