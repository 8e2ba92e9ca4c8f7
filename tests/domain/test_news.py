"""NOTIFY_CHANNELS: what may be written, and which channel gets which outcomes."""

import pytest

from bot.domain.news import NewsChannel


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("C0PLAT", NewsChannel(channel="C0PLAT")),
        (" C0SEC : problems ", NewsChannel(channel="C0SEC", problems=True)),
        ("C0SHOP:shop-*", NewsChannel(channel="C0SHOP", names="shop-*")),
        ("G0SHOP:shop", NewsChannel(channel="G0SHOP", names="shop")),
    ],
)
def test_a_channel_may_say_what_it_wants_to_hear(text: str, channel: NewsChannel) -> None:
    assert NewsChannel.parse(text) == channel


@pytest.mark.parametrize(
    "text", ["", "platform", "#platform", "C0PLAT:", "C0PLAT:a b", "U0ANA:problems", "C0PLAT:[a-z]"]
)
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        NewsChannel.parse(text)


@pytest.mark.parametrize(
    ("text", "name", "failed", "hears"),
    [
        ("C0PLAT", "web", False, True),
        ("C0PLAT", None, True, True),
        ("C0PLAT:problems", "web", False, False),
        ("C0PLAT:problems", None, True, True),
        ("C0PLAT:shop-*", "Shop-Web", False, True),
        ("C0PLAT:shop-*", "web-shop-1", True, False),
        # Anybody who read it would know its name.
        ("C0PLAT:shop-*", None, True, False),
    ],
)
def test_each_hears_what_it_wants_to(text: str, name: str | None, failed: bool, hears: bool) -> None:
    assert NewsChannel.parse(text).hears(name=name, failed=failed) is hears
