"""What may be asked for: exact sentences for the common mistakes, and the promises for every text there is."""

import re
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import InvalidRequest, Violation
from bot.registry.rules import DESCRIPTION_MAX, NAME_MAX, judge, suggest_name


def violations(name: str | None, description: str | None = None) -> dict[str, Violation]:
    with pytest.raises(InvalidRequest) as refused:
        judge(name=name, description=description)
    return {violation.field: violation for violation in refused.value.violations}


@pytest.mark.parametrize("name", ["a", "A", "0", "team-shop", "team_shop", "v1.2", "x" * 20, "-", "...", "_-._"])
def test_letters_digits_dots_hyphens_and_underscores_up_to_20_are_a_name(name: str) -> None:
    assert judge(name=name, description=None).name == name


@pytest.mark.parametrize("typed", [" shop", "shop\n", "\tshop\t", "\u00a0shop\u2003"])
def test_blanks_around_a_name_do_not_count(typed: str) -> None:
    assert judge(name=typed, description=None).name == "shop"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "The registry needs a name. Try `my-registry`."),
        (None, "The registry needs a name. Try `my-registry`."),
        ("   ", "The registry needs a name. Try `my-registry`."),
        ("Team Shop!", '`Team Shop!` has a space and a "!". Try `Team-Shop`.'),
        ("team/shop", '`team/shop` has a "/". Try `team-shop`.'),
        ("x" * 21, f"`{'x' * 21}` has 21 characters (20 is the most). Try `{'x' * 20}`."),
        ("Zoë", '`Zoë` has a "ë". Try `Zoe`.'),
        ("团队", '`团队` has a "团" and a "队". Try `my-registry`.'),
        ("a+b c,d;e", '`a+b c,d;e` has a "+", a space, a "," and 1 more. Try `a-b-c-d-e`.'),
        ("two\nlines", "`two\N{REPLACEMENT CHARACTER}lines` has a line break. Try `two-lines`."),
        ("sh\u200bop", "`sh\N{REPLACEMENT CHARACTER}op` has a hidden character (U+200B). Try `sh-op`."),
        ("sh\x00op", "`sh\N{REPLACEMENT CHARACTER}op` has a hidden character (U+0000). Try `sh-op`."),
        ("sh\ud800op", "`sh\N{REPLACEMENT CHARACTER}op` has a hidden character (U+D800). Try `sh-op`."),
        ("🚀", '`🚀` has a "🚀". Try `my-registry`.'),
        ("a b c d", "`a b c d` has a space. Try `a-b-c-d`."),
        (
            "the registry of the team that sells shoes",
            (
                "`the registry of the team that sells sho…` has 41 characters (20 is the most) and a space. "
                "Try `the-registry-of-the`."
            ),
        ),
    ],
)
def test_a_name_that_breaks_the_rules_is_answered_with_one_exact_sentence(typed: str | None, sentence: str) -> None:
    (violation,) = violations(typed).values()
    assert (violation.field, violation.sentence) == ("name", sentence)
    assert f"`{violation.suggestion}`" in sentence


@pytest.mark.parametrize("empty", [None, "", "  ", "\r\n", "\t", "\x00", "\ud800" * 300])
def test_an_empty_description_is_none(empty: str | None) -> None:
    assert judge(name="shop", description=empty).description is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  ours  ", "ours"),
        ("two\r\nlines", "two\nlines"),
        ("a\tb", "a\tb"),
        ("团队镜像仓库 🚀", "团队镜像仓库 🚀"),
        ("<!channel> & `x`", "<!channel> & `x`"),
        ("d" * 200, "d" * 200),
        (" " + "d" * 200 + "\n", "d" * 200),
    ],
)
def test_a_description_is_kept_as_typed_without_the_blanks_around_it(typed: str, kept: str) -> None:
    assert judge(name="shop", description=typed).description == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "word " * 50,
            "The description has 249 characters (200 is the most). Try: " + ("word " * 39).strip() + "…",
        ),
        ("d" * 201, "The description has 201 characters (200 is the most). Try: " + "d" * 199 + "…"),
        ("a\x07b", "The description has a hidden character (U+0007). Try: ab"),
        ("a\rb", "The description has a line break. Try: ab"),
        ("a\ud83db", "The description has a hidden character (U+D83D). Try: ab"),
    ],
)
def test_a_description_that_breaks_the_rules_is_answered_with_one_exact_sentence(typed: str, sentence: str) -> None:
    (violation,) = violations("shop", typed).values()
    assert (violation.field, violation.sentence) == ("description", sentence)


def test_all_violations_come_at_once_one_for_each_field() -> None:
    both = violations("Team Shop!", "d" * 201)
    assert list(both) == ["name", "description"]


def test_what_is_refused_is_not_quoted_by_the_libraries_that_judge_it() -> None:
    with pytest.raises(InvalidRequest) as refused:
        judge(name="Team Shop!", description=None)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


# Everything Unicode has, lone surrogates and unassigned code points included.
ANYTHING = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf", "Zs", "Mn"]),
        st.sampled_from("abcXYZ019-_. \t\r\n\x00\x85\u2028\ud800\udfff\u202e\u0301"),
    ),
    max_size=300,
)
LIMIT = re.compile(r"[A-Za-z0-9_\-.]{1,20}")  # the vendor's page, written a second time


@given(name=ANYTHING, description=st.none() | ANYTHING)
@example(name="\u0130" * 20, description="\ud800" * 201)
@example(name="ﷺ" * 5, description="a" + "\r" * 200)
@example(name="ﬁ", description="\r\n" * 150)
def test_whatever_is_accepted_keeps_to_the_limits_and_whatever_is_refused_has_a_way_out(
    name: str, description: str | None
) -> None:
    broken = violated(name, description)
    for violation in broken.values():
        assert violation.suggestion
        assert violation.suggestion in violation.sentence
        assert len(violation.sentence) < 500
        assert not unsendable(violation.sentence)
    accepted = judge(
        name=broken["name"].suggestion if "name" in broken else name,
        description=broken["description"].suggestion if "description" in broken else description,
    )
    assert LIMIT.fullmatch(accepted.name)
    assert "name" in broken or accepted.name == name.strip()
    assert accepted.description is None or 1 <= len(accepted.description) <= DESCRIPTION_MAX
    assert not unsendable(accepted.description or "")


def violated(name: str, description: str | None) -> dict[str, Violation]:
    """The broken rules by field; none when it is accepted."""
    try:
        judge(name=name, description=description)
    except InvalidRequest as refused:
        by_field = {violation.field: violation for violation in refused.violations}
        return by_field if len(by_field) == len(refused.violations) else {}
    return {}


def unsendable(text: str) -> list[str]:
    return [char for char in text if char not in "\n\t" and category(char) in {"Cc", "Cs"}]


@given(typed=ANYTHING)
def test_every_suggestion_is_a_legal_name_and_stays_as_it_is(typed: str) -> None:
    suggested = suggest_name(typed)
    assert LIMIT.fullmatch(suggested)
    assert len(suggested) <= NAME_MAX
    assert suggest_name(suggested) == suggested
    assert judge(name=suggested, description=None).name == suggested


@given(name=st.from_regex(LIMIT, fullmatch=True), description=st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_whatever_keeps_to_the_limits_is_accepted(name: str, description: str) -> None:
    if len(description.strip()) <= DESCRIPTION_MAX:
        assert judge(name=name, description=description).name == name
