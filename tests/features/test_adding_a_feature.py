"""The code of docs/adding-a-feature.md: what it imports is there, so that somebody who copies it can run it."""

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.features

PAGE = (Path(__file__).parents[2] / "docs" / "adding-a-feature.md").read_text()
EXAMPLE = "bot.features.find_registry"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILES = dict(
    re.findall(r"^`bot/features/(find_registry/\w+\.py)`.*?\n```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The files of the page's feature, where Python finds them as `bot.features.find_registry`."""
    (tmp_path / "find_registry").mkdir()
    for name, source in FILES.items():
        (tmp_path / name).write_text(source)
    monkeypatch.setattr(bot.features, "__path__", [*bot.features.__path__, str(tmp_path)])
    yield
    for module in [name for name in sys.modules if name.startswith(EXAMPLE)]:
        del sys.modules[module]


def imported(source: str) -> list[tuple[str, str]]:
    """(module, name) of each `from … import …` of this project."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    return [
        (node.module, alias.name)
        for node in found
        if node.module and node.module.partition(".")[0] in {"bot", "tests"}
        for alias in node.names
    ]


def test_the_page_has_all_files_of_its_feature() -> None:
    modules = {
        module.removeprefix(f"{EXAMPLE}.") for block in BLOCKS for module, _ in imported(block) if EXAMPLE in module
    }
    assert modules - {EXAMPLE} <= {Path(name).stem for name in FILES}
    assert "find_registry/__init__.py" in FILES


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_everything_that_a_block_imports_is_there(number: int) -> None:
    for module, name in imported(BLOCKS[number]):
        found = importlib.import_module(module)
        assert hasattr(found, name) or importlib.import_module(f"{module}.{name}"), (module, name)
