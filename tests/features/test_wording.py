"""The sentences of the platform and of each feature: none left over, no engineer's words, a next step in each failure."""

import ast
import importlib
import re
import string
from pathlib import Path
from types import ModuleType

import pytest

import bot

ROOT = Path(bot.__file__).parent
SOURCES = [path for path in ROOT.rglob("*.py") if "playground" not in path.parts]
MODULES = [
    importlib.import_module(".".join(["bot", *path.relative_to(ROOT).with_suffix("").parts]))
    for path in SOURCES
    if path.name in {"wording.py", "form_wording.py", "reasons.py"}
]


def constants(module: ModuleType) -> dict[str, object]:
    return {name: value for name, value in vars(module).items() if name.isupper() and not name.startswith("_")}


def sentences(module: ModuleType) -> dict[str, str]:
    """By constant; those of a table by constant and key."""
    found: dict[str, str] = {}
    for name, value in constants(module).items():
        entries = {f"{name}[{key}]": each for key, each in value.items()} if isinstance(value, dict) else {name: value}
        found |= {key: str(each) for key, each in entries.items()}
    return found


SENTENCES = {
    f"{module.__name__.removeprefix('bot.')}:{name}": sentence
    for module in MODULES
    for name, sentence in sentences(module).items()
}
_IS_FAILURE = re.compile(
    r".*:(FORM_(EXPIRED|NOT_OPENED|NOT_CONNECTED|RESTRICTED)|NOT_SAVED|SAV(ING|ED)_.*|APOLOGY|NAME_(MISSING|WRONG|UNDER_WAY.*)"
    r"|DESCRIPTION_WRONG|CHANNEL_MISSING|IN_DOUBT_NEXT|NEXT_STEP.*|FIX_.*)"
)
FAILURES = [name for name in SENTENCES if _IS_FAILURE.fullmatch(name)]
# What a person can do: each failure asks for one of these.
TO_DO = ("type", "press", "try", "choose", "ask", "tell", "close", "check", "look", "correct", "quote")
_OF_ENGINEERS = ("exception", "traceback", "null", "none type", "check the logs", "stack", "json", "http", "timeout")


def test_there_are_failures_to_look_at() -> None:
    assert len(MODULES) >= 2
    assert len(FAILURES) > 20


def names_used(module: ModuleType) -> set[str]:
    """The constants that are read as `wording.NAME` (or `reasons.NAME`) where that is this module."""
    package, _, own = module.__name__.rpartition(".")
    found: set[str] = set()
    for path in SOURCES:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        imported = [
            node.module
            for node in nodes
            if isinstance(node, ast.ImportFrom) and any(alias.name == own for alias in node.names)
        ]
        if imported == [package]:
            found |= {
                node.attr
                for node in nodes
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == own
            }
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_sentence_that_the_code_names_exists_and_every_one_is_said_somewhere(module: ModuleType) -> None:
    manifest = (ROOT.parent / "manifest.yaml").read_text(encoding="utf-8")
    unused = set(constants(module)) - names_used(module)
    assert names_used(module) <= set(constants(module))
    assert {name for name in unused if str(constants(module)[name]) not in manifest} == set()


@pytest.mark.parametrize("name", FAILURES)
def test_each_failure_says_what_to_do_now(name: str) -> None:
    words = SENTENCES[name].lower().replace(",", " ").replace(":", " ").split()
    assert set(TO_DO) & set(words), SENTENCES[name]


@pytest.mark.parametrize("name", SENTENCES)
def test_no_sentence_uses_words_of_the_log(name: str) -> None:
    # A reason may quote the number that the vendor's support asks for.
    forbidden = set(_OF_ENGINEERS) - ({"http"} if ":REASONS[" in name else set())
    assert [word for word in sorted(forbidden) if word in SENTENCES[name].lower()] == []


@pytest.mark.parametrize("name", SENTENCES)
def test_every_gap_in_a_sentence_has_a_name(name: str) -> None:
    gaps = [field for _, field, _, _ in string.Formatter().parse(SENTENCES[name]) if field is not None]
    assert all(gap.isidentifier() for gap in gaps)


@pytest.mark.parametrize("name", [name for name in FAILURES if "{reference}" in SENTENCES[name]])
def test_a_reference_is_given_together_with_whom_to_tell(name: str) -> None:
    assert "tell the people who run this bot and quote {reference}" in SENTENCES[name]
