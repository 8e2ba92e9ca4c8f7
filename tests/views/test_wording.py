"""The sentences: none is left over, none says what only an engineer understands, and each failure ends with a next step."""

import ast
import re
import string
from pathlib import Path

import pytest

import bot
from bot import wording

ROOT = Path(bot.__file__).parent
CONSTANTS = {name: value for name, value in vars(wording).items() if name.isupper()}
SENTENCES = {name: value for name, value in CONSTANTS.items() if isinstance(value, str)} | {
    f"NEXT_STEPS[{code}]": step for code, step in wording.NEXT_STEPS.items()
}
_IS_FAILURE = re.compile(
    r"FORM_(EXPIRED|NOT_OPENED)|NOT_SAVED|SAV(ING|ED)_.*|APOLOGY|NAME_(MISSING|WRONG|UNDER_WAY.*)|DESCRIPTION_WRONG"
    r"|CHANNEL_MISSING|UNCONFIRMED_NEXT|NEXT_STEP.*|MEND_.*"
)
FAILURES = [name for name in SENTENCES if _IS_FAILURE.fullmatch(name)]
# What a person can do: each failure asks for one of these.
TO_DO = ("type", "press", "try", "choose", "ask", "tell", "close", "check", "look", "correct", "quote")


def test_there_are_failures_to_look_at() -> None:
    assert len(FAILURES) > 20


def used_names() -> set[str]:
    sources = [path for path in ROOT.rglob("*.py") if path.name != "wording.py" and "playground" not in path.parts]
    return {
        node.attr
        for path in sources
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "wording"
    }


def test_every_sentence_that_the_code_names_exists() -> None:
    assert used_names() <= set(CONSTANTS)


def test_every_sentence_is_said_somewhere() -> None:
    manifest = (ROOT.parent / "manifest.yaml").read_text(encoding="utf-8")
    unused = set(CONSTANTS) - used_names()
    assert {name for name in unused if str(CONSTANTS[name]) not in manifest} == set()


@pytest.mark.parametrize("name", FAILURES)
def test_each_failure_says_what_to_do_now(name: str) -> None:
    words = SENTENCES[name].lower().replace(",", " ").replace(":", " ").split()
    assert set(TO_DO) & set(words), SENTENCES[name]


@pytest.mark.parametrize("name", SENTENCES)
def test_no_sentence_uses_words_of_the_log(name: str) -> None:
    for word in ("exception", "traceback", "null", "none type", "check the logs", "stack", "json", "http", "timeout"):
        assert word not in SENTENCES[name].lower()


@pytest.mark.parametrize("name", SENTENCES)
def test_every_gap_in_a_sentence_has_a_name(name: str) -> None:
    gaps = [field for _, field, _, _ in string.Formatter().parse(SENTENCES[name]) if field is not None]
    assert all(gap.isidentifier() for gap in gaps)


@pytest.mark.parametrize("name", [name for name in FAILURES if "{reference}" in SENTENCES[name]])
def test_a_reference_is_given_together_with_whom_to_tell(name: str) -> None:
    assert "tell the people who run this bot and quote {reference}" in SENTENCES[name]
