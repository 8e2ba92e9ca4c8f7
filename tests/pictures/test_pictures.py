"""The pictures are those that the pages show, few and small."""

import re
from pathlib import Path

from .stage import LARGEST, PICTURES

ROOT = PICTURES.parents[1]
MOST = 15


def shown() -> set[Path]:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    return {
        (page.parent / target).resolve()
        for page in pages
        for target in re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", page.read_text(encoding="utf-8"))
    }


def test_every_picture_is_shown_and_every_shown_one_is_there() -> None:
    assert shown() == {path.resolve() for path in (ROOT / "docs").rglob("*.png")}


def test_they_are_few_and_small() -> None:
    taken = list(PICTURES.glob("*.png"))
    assert len(taken) <= MOST
    assert [path.name for path in taken if path.stat().st_size > LARGEST] == []
