"""What may be asked for: the limits, what is broken as codes and values, and the promises for every text there is."""

import re
from typing import Any
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import InvalidRequest, Violation
from bot.features.create_registry.rules import (
    DESCRIPTION_MAX,
    EXAMPLE_NAME,
    NAME_MAX,
    Rule,
    suggest_free_name,
    suggest_name,
    suggest_other_name,
    validate,
)


def violations(name: str | None, description: str | None = None) -> list[Violation]:
    """The broken rules; none when it is accepted."""
    try:
        validate(name=name, description=description)
    except InvalidRequest as refused:
        return list(refused.violations)
    return []


# ---- the name ----


@pytest.mark.parametrize("name", ["a", "A", "0", "team-shop", "team_shop", "v1.2", "x" * 20, "team-", "_base", "..a"])
def test_letters_digits_dots_hyphens_and_underscores_up_to_20_are_a_name(name: str) -> None:
    assert validate(name=name, description=None).name == name


@pytest.mark.parametrize("typed", ["....", "-", "_._", "_" * 20])
def test_a_name_needs_a_letter_or_a_digit_which_is_our_only_rule_beyond_the_vendors(typed: str) -> None:
    (violation,) = violations(typed)
    params: dict[str, Any] = {"typed": typed, "length": None, "characters": [], "suggestion": None}
    assert violation == Violation(field="name", rule=Rule.NAME, params=params)


@pytest.mark.parametrize("typed", [" shop", "shop\n", "\tshop\t", "\u00a0shop\u2003"])
def test_blanks_around_a_name_do_not_count(typed: str) -> None:
    assert validate(name=typed, description=None).name == "shop"


@pytest.mark.parametrize("typed", ["", None, "   ", "\r\n"])
def test_a_name_that_is_empty_is_missing(typed: str | None) -> None:
    (violation,) = violations(typed)
    assert violation == Violation(field="name", rule=Rule.NAME_MISSING, params={"suggestion": "team-shop"})


@pytest.mark.parametrize(
    ("typed", "length", "characters", "suggestion"),
    [
        ("Team Shop!", None, " !", "Team-Shop"),
        ("team/shop", None, "/", "team-shop"),
        ("x" * 21, 21, "", "x" * 20),
        ("Zoë", None, "ë", "Zoe"),
        ("团队", None, "团队", None),
        ("团队镜像", None, "团队镜像", None),
        ("..!", None, "!", None),
        ("a+b c,d;e", None, "+ ,;", "a-b-c-d-e"),
        ("two\nlines", None, "\n", "two-lines"),
        ("sh\u200bop", None, "\u200b", "sh-op"),
        ("sh\ud800op", None, "\ud800", "sh-op"),
        ("a b c d", None, " ", "a-b-c-d"),
        ("the registry of the team that sells shoes", 41, " ", "the-registry-of-the"),
        ("Unser-Team-Bilder-fuer-alle", 27, "", "Unser-Team-Bilder"),
        ("Unser Team Bilder für alle", 26, " ü", "Unser-Team-Bilder"),
        ("twenty.characters_and-more", 26, "", "twenty.characters"),
        ("team-internationalisation", 25, "", "team"),
        ("a-" + "b" * 30, 32, "", "a-" + "b" * 18),
        ("exactly-twenty-chars-x", 22, "", "exactly-twenty-chars"),
    ],
    ids=ascii,
)
def test_a_name_that_breaks_the_rules_is_told_with_its_length_its_characters_and_a_suggestion(
    typed: str, length: int | None, characters: str, suggestion: str
) -> None:
    (violation,) = violations(typed)
    assert (violation.field, violation.rule) == ("name", Rule.NAME)
    assert violation.params == {
        "typed": typed,
        "length": length,
        "characters": list(characters),
        "suggestion": suggestion,
    }


@pytest.mark.parametrize(
    ("taken", "other"),
    [
        ("team-shop", "team-shop-2"),
        ("team-shop-2", "team-shop-3"),
        ("team-shop-999", "team-shop-1000"),
        ("team-shop-1000", "team-shop-1000-2"),
        ("x" * 20, "x" * 18 + "-2"),
        ("x" * 18 + "-9", "x" * 17 + "-10"),
        ("-2", "team-shop-3"),
        ("v1.2", "v1.2-2"),
    ],
)
def test_another_name_is_the_next_number(taken: str, other: str) -> None:
    assert suggest_other_name(taken) == other


@pytest.mark.parametrize(
    ("taken", "also_taken", "free"),
    [("shop", [], "shop-2"), ("shop", ["shop-2", "shop-3"], "shop-4"), ("x" * 20, ["x" * 18 + "-2"], "x" * 18 + "-3")],
)
def test_the_name_that_is_suggested_for_a_taken_one_is_not_taken_either(
    taken: str, also_taken: list[str], free: str
) -> None:
    assert suggest_free_name(taken, is_taken=also_taken.__contains__) == free


def test_where_all_of_them_are_taken_the_search_for_a_name_ends() -> None:
    assert LIMIT.fullmatch(suggest_free_name("shop", is_taken=lambda _name: True))


# ---- the description ----


@pytest.mark.parametrize("empty", [None, "", "  ", "\r\n", "\t", "\x00", "\ud800" * 300])
def test_an_empty_description_is_no_description(empty: str | None) -> None:
    assert validate(name="shop", description=empty).description is None


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
    assert validate(name="shop", description=typed).description == kept


@pytest.mark.parametrize(
    ("typed", "length", "characters", "suggestion"),
    [
        ("word " * 50, 249, "", ("word " * 39).strip() + "…"),
        ("d" * 201, 201, "", "d" * 199 + "…"),
        ("a\x07b", None, "\x07", "ab"),
        ("a\rb", None, "\r", "ab"),
        ("a\ud83db", None, "\ud83d", "ab"),
    ],
    ids=ascii,
)
def test_a_description_that_breaks_the_rules_is_told_with_its_length_its_characters_and_a_suggestion(
    typed: str, length: int | None, characters: str, suggestion: str
) -> None:
    (violation,) = violations("shop", typed)
    assert (violation.field, violation.rule) == ("description", Rule.DESCRIPTION)
    assert violation.params == {
        "length": length,
        "limit": 200,
        "characters": list(characters),
        "suggestion": suggestion,
    }


# ---- both ----


def test_all_violations_come_at_once_one_for_each_field() -> None:
    assert [each.field for each in violations("Team Shop!", "d" * 201)] == ["name", "description"]


def test_what_was_typed_does_not_get_into_the_log_with_the_error() -> None:
    with pytest.raises(InvalidRequest) as refused:
        validate(name="Team Shop!", description="d" * 201)
    assert str(refused.value) == "name: name, description: description"
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


# Everything Unicode has, lone surrogates and unassigned code points included.
ANYTHING = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf", "Zs", "Mn"]),
        st.sampled_from("abcXYZ019-_. \t\r\n\x00\x85\u2028\ud800\udfff\u202e\u0301"),
    ),
    max_size=300,
)
# The vendor's page, written a second time, and our own rule.
LIMIT = re.compile(r"(?=[_\-.]*[A-Za-z0-9])[A-Za-z0-9_\-.]{1,20}")


@given(name=ANYTHING, description=st.none() | ANYTHING)
@example(name="\u0130" * 20, description="\ud800" * 201)
@example(name="ﷺ" * 5, description="a" + "\r" * 200)
@example(name="ﬁ", description="\r\n" * 150)
def test_whatever_is_accepted_keeps_to_the_limits_and_whatever_is_refused_has_a_way_out(
    name: str, description: str | None
) -> None:
    broken = violations(name, description)
    suggested: dict[str, Any] = {each.field: each.params["suggestion"] for each in broken}
    assert len(suggested) == len(broken)
    if "name" in suggested and suggested["name"] is None:
        assert suggest_name(name) is None
        suggested["name"] = EXAMPLE_NAME
    accepted = validate(name=suggested.get("name", name), description=suggested.get("description", description))
    assert LIMIT.fullmatch(accepted.name)
    assert "name" in suggested or accepted.name == name.strip()
    assert accepted.description is None or 1 <= len(accepted.description) <= DESCRIPTION_MAX
    assert not unsendable(accepted.description or "")


def unsendable(text: str) -> list[str]:
    return [char for char in text if char not in "\n\t" and category(char) in {"Cc", "Cs"}]


@given(typed=ANYTHING)
def test_every_suggestion_is_a_legal_name_and_stays_as_it_is(typed: str) -> None:
    suggested = suggest_name(typed)
    if suggested is None:
        return
    assert LIMIT.fullmatch(suggested)
    assert len(suggested) <= NAME_MAX
    assert suggest_name(suggested) == suggested
    assert violations(suggested) == []


@given(name=st.from_regex(LIMIT, fullmatch=True))
def test_another_name_for_one_that_is_taken_is_legal_too(name: str) -> None:
    other = suggest_other_name(name)
    assert LIMIT.fullmatch(other)
    assert other != name


@given(name=st.from_regex(LIMIT, fullmatch=True), description=st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_whatever_keeps_to_the_limits_is_accepted(name: str, description: str) -> None:
    if len(description.strip()) <= DESCRIPTION_MAX:
        assert validate(name=name, description=description).name == name


@given(typed=ANYTHING)
@example(typed="team-")
@example(typed="_base")
@example(typed="....")
@example(typed="团队镜像")
def test_what_is_suggested_is_what_was_typed_if_and_only_if_that_is_accepted(typed: str) -> None:
    assert (violations(typed) == []) == (suggest_name(typed) == typed.strip())


@given(
    words=st.lists(st.text("abcXYZ019", min_size=1, max_size=9), min_size=1),
    glue=st.sampled_from([" ", "-", "_", ", "]),
)
def test_a_suggestion_ends_at_a_word(words: list[str], glue: str) -> None:
    suggested = suggest_name(glue.join(words))
    assert suggested is not None
    parts = re.split("[-_.]+", suggested)
    assert parts == words[: len(parts)] or len(words[0]) < 3


@given(room=st.integers(1, 197), description=st.text("ab ", min_size=198, max_size=400))
def test_with_a_note_there_is_less_room_and_both_fit_together(room: int, description: str) -> None:
    note = "n" * (197 - room)
    try:
        accepted = validate(name="shop", description=description, note=note)
    except InvalidRequest as refused:
        (violation,) = refused.violations
        accepted = validate(name="shop", description=violation.params["suggestion"], note=note)
    assert len(accepted.sent_description or "") <= DESCRIPTION_MAX
    assert (accepted.sent_description or "").endswith(note)
