"""Who may import whom: the table of the design, held against every import statement of the bot."""

import ast
import functools
import sys
from pathlib import Path

import pytest

import bot

ROOT = Path(bot.__file__).parent

# May be imported by everybody, and import nothing of ours (registry and errors see to the rest).
LEAVES = {"wording", "__version__"}

MAY_IMPORT = {
    "__main__": {"cli"},
    "cli": {"app", "config", "observability", "errors", "playground"},
    "app": {
        *("announce", "check", "codearts", "config", "errors", "health", "observability"),
        *("name_lookup", "registry", "slack", "views", "workflow"),
    },
    "check": {"slack", "workflow", "codearts", "config", "errors"},
    "health": {"slack", "workflow"},
    "config": {"errors"},
    "observability": set(),
    "name_lookup": set(),
    "slack": {"workflow", "views", "registry", "errors"},
    "workflow": {"codearts", "announce", "registry", "errors"},
    "announce": {"views", "registry", "errors"},
    "codearts": {"registry", "errors"},
    "views": {"registry", "errors"},
    "registry": {"errors"},
    "playground": set(),
    "errors": set(),
    "wording": set(),
    "__init__": set(),
}
ONLY_APP_MAY_IMPORT = {"health", "check", "name_lookup"}


def modules() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if "__pycache__" not in path.parts)


def owner(path: Path) -> str:
    """The row of the table: the package under bot, or the module itself."""
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


@functools.cache
def imports(path: Path) -> list[tuple[str, bool]]:
    """(dotted name, whether inside a function) of every import in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {node for function in functions for node in ast.walk(function)}
    return [(name, node in inside) for node in ast.walk(tree) for name in _names(node)]


def ours(path: Path) -> list[tuple[str, bool]]:
    """(row, whether inside a function) for each import of our own code."""
    found = [(name.split("."), inside) for name, inside in imports(path)]
    return [((*parts, "__init__")[1], inside) for parts, inside in found if parts[0] == "bot"]


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports of our own code are absolute"
        if node.module == "bot":
            return [f"bot.{alias.name}" for alias in node.names]
        return [node.module or ""]
    return []


def test_there_are_modules_to_look_at() -> None:
    assert len(modules()) > 40


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_its_row_allows(path: Path) -> None:
    row = owner(path)
    assert row in MAY_IMPORT, f"{row} has no row in the table"
    allowed = MAY_IMPORT[row] | LEAVES | {row}
    if row in {"playground", *LEAVES}:
        allowed = {row}
    assert {imported for imported, _ in ours(path)} <= allowed


@pytest.mark.parametrize("guarded", sorted(ONLY_APP_MAY_IMPORT))
def test_what_belongs_to_the_composition_root_is_imported_by_it_alone(guarded: str) -> None:
    importers = {owner(path) for path in modules() if any(imported == guarded for imported, _ in ours(path))}
    assert importers == {"app"}


def test_the_playground_is_imported_inside_a_function_only() -> None:
    at_the_top = [
        path.name
        for path in modules()
        for imported, inside in ours(path)
        if imported == "playground" and owner(path) != "playground" and not inside
    ]
    assert at_the_top == []


@pytest.mark.parametrize("row", ["views", "registry", "codearts"])
def test_what_is_pure_or_outbound_knows_nothing_of_slacks_libraries(row: str) -> None:
    assert not {"slack_bolt", "slack_sdk", "dbos"} & _libraries(row)


def test_only_the_durable_engine_knows_dbos() -> None:
    assert {owner(path) for path in modules() if "dbos" in _libraries_of(path)} == {"workflow"}


def test_signing_needs_the_standard_library_alone() -> None:
    assert _libraries_of(ROOT / "codearts" / "signing.py") <= set(sys.stdlib_module_names)


def _libraries(row: str) -> set[str]:
    return {name for path in modules() if owner(path) == row for name in _libraries_of(path)}


def _libraries_of(path: Path) -> set[str]:
    return {name.split(".")[0] for name, _ in imports(path)}


def test_every_row_of_the_table_still_exists() -> None:
    assert {owner(path) for path in modules()} == set(MAY_IMPORT)
