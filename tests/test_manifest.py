"""manifest.yaml says what the code does: no scope too many, none too few, and every name the same."""

import ast
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot import check, wording
from bot.slack import command

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT.parent / "shared" / "data" / "slack-manifest.schema.2.json"
# https://docs.slack.dev/reference/methods; views.open, auth.test and apps.connections.open need no bot scope.
NO_METHODS: set[str] = set()  # attributes that only look like a method's name
SCOPES_OF_METHOD = {
    "auth_test": set(),
    "views_open": set(),
    "apps_connections_open": set(),
    "chat_postMessage": {"chat:write", "chat:write.public"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history"},
}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "manifest.yaml").read_text())


def _methods_called() -> set[str]:
    """Every Web API method that the bot's own code calls, read from its syntax trees."""
    sources = [path for path in (ROOT / "bot").rglob("*.py") if "playground" not in path.parts]
    attributes = {
        node.attr
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
    }
    families = ("auth_", "views_", "apps_", "chat_", "conversations_", "users_", "functions_", "files_", "reactions_")
    return {name for name in attributes if name.startswith(families)} - NO_METHODS


def _listeners(kind: str) -> list[str]:
    """The first argument of every `bolt.<kind>(…)` in the code, as written."""
    source = (ROOT / "bot" / "slack" / "listeners.py").read_text()
    return [
        ast.unparse(node.args[0])
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == kind and node.args
    ]


def test_the_manifest_is_valid_by_slacks_own_schema(manifest: dict[str, Any]) -> None:
    if not SCHEMA.exists():
        pytest.skip(f"Slack's schema is not beside the project ({SCHEMA.parent.name}/{SCHEMA.name})")
    jsonschema.validate(manifest, json.loads(SCHEMA.read_text()))


def test_the_command_is_the_one_the_bot_listens_to(manifest: dict[str, Any]) -> None:
    (declared,) = manifest["features"]["slash_commands"]
    assert declared["command"] == command.NAME
    assert declared["description"] == wording.COMMAND_DESCRIPTION
    assert declared["usage_hint"] == wording.COMMAND_USAGE_HINT
    assert _listeners("command") == ["command.NAME"]


def test_the_scopes_are_those_of_the_methods_that_are_called(manifest: dict[str, Any]) -> None:
    needed = {"commands"}.union(*(SCOPES_OF_METHOD[method] for method in _methods_called()))
    scopes = manifest["oauth_config"]["scopes"]
    assert set(scopes["bot"]) == needed
    # https://docs.slack.dev/reference/app-manifest: an optional scope stands in both lists.
    assert set(scopes["bot"]) - set(scopes["bot_optional"]) == check.REQUIRED_SCOPES


def test_every_scope_has_its_reason_beside_it() -> None:
    text = (ROOT / "manifest.yaml").read_text().split("bot:\n")[1].split("bot_optional:")[0]
    lines = [line for line in text.splitlines() if line.strip().startswith("- ")]
    assert len(lines) == 5
    assert all(" # " in line for line in lines)


def test_no_event_and_no_shortcut_is_declared_that_nothing_listens_to(manifest: dict[str, Any]) -> None:
    assert _listeners("event") == manifest["settings"].get("event_subscriptions", {}).get("bot_events", [])
    shortcuts = [shortcut["callback_id"] for shortcut in manifest["features"].get("shortcuts", [])]
    assert _listeners("shortcut") == shortcuts
    assert _listeners("function") == list(manifest.get("functions", {}))


def test_interactivity_is_on_because_the_form_is_submitted(manifest: dict[str, Any]) -> None:
    assert _listeners("view") == ["form.CALLBACK_ID"]
    interactivity = manifest["settings"]["interactivity"]
    assert interactivity["is_enabled"] is True
    assert interactivity["request_url"] == manifest["features"]["slash_commands"][0]["url"]
    assert interactivity["request_url"].endswith("/slack/events")
