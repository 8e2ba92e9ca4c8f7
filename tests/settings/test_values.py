"""What is left of a value, and what it may look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.values import cleaned, is_half_quoted, is_one_line, is_plain_url, is_visible_ascii

BLANKS = " \t\r\n\v\f\x00\x1f\x85\u00a0\u2003\u2028\u200b\u200e\u2060\ufeff\u3000"


@given(
    around=st.text(BLANKS), after=st.text(BLANKS), value=st.text(st.characters(codec="ascii", categories=["L", "N"]))
)
def test_whatever_blanks_stand_around_a_value_are_gone(around: str, after: str, value: str) -> None:
    assert cleaned(around + value + after) == value


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ('"a"', "a"),
        (" ' a ' ", "a"),
        ("“a”", "a"),
        ("„a“", "a"),
        ("‘a’", "a"),
        ("«a»", "a"),
        ("`a`", "a"),
        ("”a”", "a"),
        ("’a’", "a"),
        ("»a«", "a"),
        ("‹a›", "a"),
        ("「a」", "a"),
        ("＂a＂", "a"),
        ('""a""', '"a"'),
        ("\"a'", "\"a'"),
        ('"a', '"a'),
        ('"', '"'),
        ('""', ""),
        ("", ""),
        ('a"b"c', 'a"b"c'),
        ("a b", "a b"),
    ],
)
def test_one_pair_of_quotes_is_left_out_and_no_more(value: str, left: str) -> None:
    assert cleaned(value) == left


@pytest.mark.parametrize(
    ("value", "visible"),
    [("aZ09!~/+=", True), ("", False), ("a b", False), ("é", False), ("a\n", False), ("a\x7f", False)],
)
def test_only_visible_characters_of_ascii_make_a_key(value: str, visible: bool) -> None:
    assert is_visible_ascii(value) is visible


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("https://artifact.example.com", True),
        ("http://127.0.0.1:8080/api/", True),
        ("https://[::1]:8443", True),
        ("", False),
        ("artifact.example.com", False),
        ("ftp://artifact.example.com", False),
        ("https://", False),
        ("https://:80", False),
        ("https://h?a=b", False),
        ("https://h/?", False),
        ("https://h/#", False),
        ("https://h..x", False),
        ("https://h\\x", False),
        ("https://xn--a", False),
        ("https://xn--bcher-kva.example", True),
        ("https://some_host.corp.", True),
        (f"https://{'a' * 64}.example", False),
        ("https://256.256.256.256", False),
        ("https://127.1", False),
        ("https://%41.example", False),
        ("https://[fe80::1%25eth0]", True),
        ("https://[v1.a]", False),
        ("https://h#a", False),
        ("https://u@h", False),
        ("https://u:p@h", False),
        ("https://@h", False),
        ("https://h:port", False),
        ("https://h:0", False),
        ("https://h:99999", False),
        ("https://[::1", False),
        ("https://h/a b", False),
        ("https://büro.example", False),
    ],
)
def test_a_plain_url_is_a_host_at_most_with_a_port_and_a_path(value: str, plain: bool) -> None:
    assert is_plain_url(value) is plain


@pytest.mark.parametrize("value", ["a\nb", "a\u00a0b", "a\u200bb", "a\u202eb", "a\ufeffb", "a\x1b[31mb", "a\udc80b"])
def test_what_cannot_be_seen_does_not_belong_inside(value: str) -> None:
    assert not is_one_line(value)
    assert is_one_line("by {requester} – für uns, 团队")


@pytest.mark.parametrize(
    ("value", "half"),
    [('"a', True), ("a'", True), ("`a", True), ('by "{requester}"', False), ("it's", False), ("a", False), ("", False)],
)
def test_a_quote_at_one_end_without_another_is_half_of_a_pair(value: str, half: bool) -> None:
    assert is_half_quoted(value) is half
