"""The README and the pages it points to say what the code does: settings, make targets, statuses, links."""

import re
from pathlib import Path

import pytest

import bot
from bot import config
from bot.features.create_registry import wording

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
SETTINGS = (ROOT / "docs" / "settings.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs/operations").glob("*.md")])


def test_every_setting_is_in_the_table_with_its_default_and_its_meaning() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", SETTINGS, re.MULTILINE)
    plain = {"required", "unset"}
    described = config.describe(config.Settings)
    assert rows == [(name, value if value in plain else f"`{value}`", meaning) for name, value, meaning in described]


def test_every_make_target_that_is_named_exists_and_every_one_is_named() -> None:
    targets = set(re.findall(r"^([a-z]+):.*##", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE)) == {"demo", "test"}
    assert set(re.findall(r"^make ([a-z]+)", CONTRIBUTING, re.MULTILINE)) == targets - {"help", "clean"}


def test_every_status_word_is_explained() -> None:
    words = {
        wording.STATUS_CREATING,
        wording.STATUS_SUCCESS,
        wording.STATUS_ERROR,
        wording.STATUS_UNCONFIRMED,
    }
    assert set(re.findall(r"^\| Status: \*\*(\w+)\*\*", README, re.MULTILINE)) == words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_linked_is_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = re.findall(r"`((?:bot|tests|docs|deploy|benchmarks|\.ci)/[\w./-]+)`", page.read_text())
    # The page that adds a feature names the files of its example.
    assert [path for path in named if "find_registry" not in path and not (ROOT / path).exists()] == []


def test_the_seven_numbers_stand_in_the_diagram_and_in_the_map() -> None:
    for number in range(1, 8):
        assert f"({number})" in README
        assert f"({number})" in (bot.__doc__ or "")


def test_the_readme_stays_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) < 130
