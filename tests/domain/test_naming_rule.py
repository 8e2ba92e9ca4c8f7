"""The organisation's own rule for names: its explanation must not contradict it, and no pattern can run away."""

import pytest

from bot.domain.naming_rule import HELP_MAX, NamingRule
from bot.settings.name_pattern import compiled

TEAM_FIRST = compiled("(shop|pay)(-[a-z0-9]+)+")


@pytest.mark.parametrize("quotes", ["“{}”", '"{}"', "`{}`", "‘{}’"])
def test_what_is_in_quotation_marks_is_an_example(quotes: str) -> None:
    rule = NamingRule(help=f"Begin with your team, as in {quotes.format('shop-web')}.", matches=TEAM_FIRST)
    assert rule.example == "shop-web"


@pytest.mark.parametrize(
    ("help_text", "why"),
    [
        ("Begin with your team, as in “web-shop”.", "“web-shop” does not match"),
        ("Begin with your team, as in “shop-web” or “web”.", "“web” does not match"),
        ("Begin with your team.", "no example"),
        ("Begin with your team, as in “shop-web-of-the-year-2026”.", "would be refused by CodeArts"),
        ("x" * HELP_MAX + "“shop-web”", "more than 300"),
    ],
)
def test_a_help_that_contradicts_the_pattern_is_refused(help_text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        NamingRule(help=help_text, matches=TEAM_FIRST)


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|a|a)*b", "((a*)*)*c", "(.*)(.*)(.*)(.*)(.*)x"])
def test_a_pattern_over_which_others_run_for_minutes_is_decided_at_once(pattern: str) -> None:
    # Python's own engine needs minutes or years for most of them.
    assert not compiled(pattern)("a" * 19 + "!")


@pytest.mark.parametrize("pattern", ["(", "(?=a)b", r"(a)\1", "[z-a]", "a{99999}"])
def test_a_pattern_that_cannot_be_used_is_refused_in_words(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        compiled(pattern)


def test_the_whole_name_has_to_match() -> None:
    assert not compiled("shop")("shop-2")
    assert not compiled("shop")("a-shop")
