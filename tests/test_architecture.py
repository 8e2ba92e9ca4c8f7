"""What the import contracts in pyproject.toml cannot say. The contracts themselves are held by `make lint`."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import bot

ROOT = Path(bot.__file__).parent
PROJECT = ROOT.parent

# The file names of a feature; each is named in the contracts of pyproject.toml that it has to keep.
FEATURE_FILES = {
    *("__init__", "feature", "models", "rules", "violations", "wording", "reasons", "terminal"),
    *("registered_listeners", "listeners", "button_listeners", "check_listeners"),
    *("home_listeners", "name_listeners", "shortcut_listeners"),
    *("approval_part", "audience", "form", "form_wording", "opened", "remarks", "requesters"),
    *("buttons", "home", "home_pages", "kept", "messages", "outcomes", "replaced"),
    *("check", "confirmed", "creation", "evidence", "follow_up", "look_up", "lost_answer", "name_index", "workflow"),
    *("ended", "patience", "retry_policy"),
    *("cloud_lookup", "disclosure", "states"),
}
# The terminal's commands, what most of them do without, and Alembic, which takes nine megabytes.
MAY_IMPORT_LATE = {
    "cli.py",
    "ledger_cli.py",
    "operator_cli.py",
    "manifest_cli.py",
    "check_cli.py",
    "clients.py",
    "schema.py",
    "name_pattern.py",
}
TREE_LINES_MAX = 220


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def features() -> list[Path]:
    return sorted(path for path in (ROOT / "features").iterdir() if (path / "__init__.py").exists())


def test_the_contracts_are_kept() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    finished = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout
    assert "0 broken" in finished.stdout


@pytest.mark.parametrize("feature", features(), ids=lambda path: path.name)
def test_a_feature_has_files_of_known_names_only(feature: Path) -> None:
    assert {path.stem for path in feature.glob("*.py")} <= FEATURE_FILES


def test_every_package_of_the_bot_is_in_the_layers() -> None:
    with (PROJECT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    named = {name.strip() for layer in layers for name in layer.split("|")}
    ours = {f"bot.{path.stem}" for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert ours - {"bot.__init__", "bot.playground"} == named


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_stand_at_the_top(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    late = [node for each in functions for node in ast.walk(each) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert not late or path.name in MAY_IMPORT_LATE


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_can_be_read_in_one_go(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= TREE_LINES_MAX
