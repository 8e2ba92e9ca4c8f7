"""The README says what the code does: settings, make targets, commands, statuses."""

import re
from pathlib import Path

import bot
from bot import config, wording

README = (Path(__file__).parent.parent / "README.md").read_text()
MAKEFILE = (Path(__file__).parent.parent / "Makefile").read_text()


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", README, re.MULTILINE))
    plain = {"required", "unset"}
    described = config.describe(config.Settings)
    assert rows == {name: default if default in plain else f"`{default}`" for name, default, _ in described}


def test_every_make_target_that_is_named_exists() -> None:
    named = set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE))
    assert {"demo", "test", "lint", "lock"} <= named
    assert named <= set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


def test_every_status_word_is_explained() -> None:
    words = {
        wording.STATUS_CREATING,
        wording.STATUS_SUCCESS,
        wording.STATUS_ERROR,
        wording.STATUS_UNCONFIRMED,
    }
    assert set(re.findall(r"^\| Status: \*\*(\w+)\*\*", README, re.MULTILINE)) == words


def test_every_file_that_is_linked_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (Path(__file__).parent.parent / link).exists()] == []


def test_the_seven_numbers_stand_in_the_diagram_and_in_the_map() -> None:
    for number in range(1, 8):
        assert f"({number})" in README
        assert f"({number})" in (bot.__doc__ or "")
