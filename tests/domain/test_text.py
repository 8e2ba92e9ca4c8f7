"""Text from outside moves no cursor, sets no colour or title, and stays on its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("CR.4102: no right", "CR.4102: no right"),
        ("项目 – “Zoë” 🚀", "项目 – “Zoë” 🚀"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[1;1Hgone", "gone"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9d0;title\x9ctext", "text"),
        ("a\x1bcb", "a cb"),
        ("a\r\nb\tc", "a  b c"),
        ("a\u202eb\u2028c\u200bd", "a b c d"),
        ("a\ud800b", "a b"),
        ("", ""),
    ],
    ids=ascii,
)
def test_what_is_left_of_a_text(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\x1b\x9b\x9d[];m\x07\\0123"))))
def test_any_text_becomes_one_printable_line(text: str) -> None:
    assert printable(text).isprintable()
