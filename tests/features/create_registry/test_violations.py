"""A broken rule as people read it: exact sentences for the common mistakes, and one readable line for every text there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidRequest, Violation
from bot.features.create_registry.rules import EXAMPLE_NAME, Rule, validate
from bot.features.create_registry.violations import sentence
from tests.features.create_registry.test_rules import ANYTHING, unsendable

NO_SUGGESTION = "Use letters (a-z, A-Z), digits, dots, - and _, for example “team-shop”."
HIDDEN = "\N{REPLACEMENT CHARACTER}"


def violations(name: str | None, description: str | None = None) -> list[Violation]:
    try:
        validate(name=name, description=description)
    except InvalidRequest as refused:
        return list(refused.violations)
    return []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "The registry needs a name. Try “team-shop”."),
        (None, "The registry needs a name. Try “team-shop”."),
        ("   ", "The registry needs a name. Try “team-shop”."),
        ("Team Shop!", "“Team Shop!” has a space and a “!”. Try “Team-Shop”."),
        ("team/shop", "“team/shop” has a “/”. Try “team-shop”."),
        ("x" * 21, f"“{'x' * 21}” has 21 characters (the limit is 20). Try “{'x' * 20}”."),
        ("Zoë", "“Zoë” has a “ë”. Try “Zoe”."),
        ("Zoe\u0308", "“Zoë” has a “ë”. Try “Zoe”."),
        ("团队", "“团队” has a “团” and a “队”. " + NO_SUGGESTION),
        ("....", "“....” has no letter and no digit. " + NO_SUGGESTION),
        ("-", "“-” has no letter and no digit. " + NO_SUGGESTION),
        ("a+b c,d;e", "“a+b c,d;e” has a “+”, a space, a “,” and 1 more. Try “a-b-c-d-e”."),
        ("two\nlines", f"“two{HIDDEN}lines” has a line break. Try “two-lines”."),
        ("sh\u200bop", f"“sh{HIDDEN}op” has a hidden character (U+200B). Try “sh-op”."),
        ("sh\x00op", f"“sh{HIDDEN}op” has a hidden character (U+0000). Try “sh-op”."),
        ("sh\ud800op", f"“sh{HIDDEN}op” has a hidden character (U+D800). Try “sh-op”."),
        ("🚀", "“🚀” has a “🚀”. " + NO_SUGGESTION),
        ("a b c d", "“a b c d” has a space. Try “a-b-c-d”."),
        ("{name}", "“{name}” has a “{” and a “}”. Try “name”."),
        (
            "the registry of the team that sells shoes",
            (
                "“the registry of the team that sells sho…” has 41 characters (the limit is 20) and a space. "
                "Try “the-registry-of-the”."
            ),
        ),
    ],
    ids=ascii,
)
def test_a_name_that_breaks_the_rules_is_answered_with_one_exact_sentence(typed: str | None, expected: str) -> None:
    (violation,) = violations(typed)
    assert sentence(violation) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("word " * 50, "The description has 249 characters (the limit is 200). Try: " + ("word " * 39).strip() + "…"),
        ("d" * 201, "The description has 201 characters (the limit is 200). Try: " + "d" * 199 + "…"),
        ("a\x07b", "The description has a hidden character (U+0007). Try: ab"),
        ("a\rb", "The description has a line break. Try: ab"),
        ("a\ud83db", "The description has a hidden character (U+D83D). Try: ab"),
    ],
    ids=ascii,
)
def test_a_description_that_breaks_the_rules_is_answered_with_one_exact_sentence(typed: str, expected: str) -> None:
    (violation,) = violations("shop", typed)
    assert sentence(violation) == expected


def test_a_channel_that_is_missing_is_asked_for() -> None:
    missing = Violation(field="channel", rule=Rule.CHANNEL_MISSING)
    assert sentence(missing) == "Choose where the result should be posted."


@given(name=ANYTHING, description=st.none() | ANYTHING)
def test_every_sentence_is_short_can_be_sent_and_shows_a_way_out(name: str, description: str | None) -> None:
    for violation in violations(name, description):
        said = sentence(violation)
        assert (violation.params["suggestion"] or EXAMPLE_NAME) in said
        assert len(said) < 500
        assert not unsendable(said)
