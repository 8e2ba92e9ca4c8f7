"""manifest.yaml says what the code does: no scope too many, none too few, and every name the same."""

import ast
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.features.catalogue import FEATURES
from bot.features.create_registry import wording
from bot.slack.inbound.http import PATH
from bot.slack.needs import ManifestNeeds, all_needs

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT.parent / "shared" / "data" / "slack-manifest.schema.2.json"
# https://docs.slack.dev/reference/methods; views.*, auth.test and apps.connections.open need no bot scope.
SCOPES_OF_METHOD = {
    "auth_test": set(),
    "views_open": set(),
    "views_push": set(),
    "views_update": set(),
    "views_publish": set(),
    "apps_connections_open": set(),
    "chat_postMessage": {"chat:write", "chat:write.public"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history"},
}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text())
    return read


@pytest.fixture(scope="module")
def needs() -> ManifestNeeds:
    return all_needs(feature.needs for feature in FEATURES)


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
    return {name for name in attributes if name.startswith(families)}


def test_the_manifest_is_valid_by_slacks_own_schema(manifest: dict[str, Any]) -> None:
    if not SCHEMA.exists():
        pytest.skip(f"Slack's schema is not beside the project ({SCHEMA.parent.name}/{SCHEMA.name})")
    jsonschema.validate(manifest, json.loads(SCHEMA.read_text()))


def test_the_commands_are_those_that_the_features_need(manifest: dict[str, Any], needs: ManifestNeeds) -> None:
    declared = manifest["features"]["slash_commands"]
    assert sorted(each["command"] for each in declared) == sorted(needs.commands)


def test_a_command_is_described_in_the_words_of_its_feature(manifest: dict[str, Any]) -> None:
    (declared,) = [each for each in manifest["features"]["slash_commands"] if each["command"] == "/create-registry"]
    assert declared["description"] == wording.COMMAND_DESCRIPTION
    assert declared["usage_hint"] == wording.COMMAND_USAGE_HINT


def test_the_scopes_are_those_that_platform_and_features_need(manifest: dict[str, Any], needs: ManifestNeeds) -> None:
    scopes = manifest["oauth_config"]["scopes"]
    # https://docs.slack.dev/reference/app-manifest: an optional scope stands in both lists.
    assert set(scopes["bot"]) == needs.scopes | needs.optional_scopes
    assert set(scopes["bot_optional"]) == needs.optional_scopes


def test_what_is_needed_is_what_the_methods_that_are_called_ask_for(needs: ManifestNeeds) -> None:
    called = set[str]().union(*(SCOPES_OF_METHOD[method] for method in _methods_called()))
    assert called | {"commands"} == needs.scopes | needs.optional_scopes


def test_every_scope_has_its_reason_beside_it(manifest: dict[str, Any]) -> None:
    text = (ROOT / "manifest.yaml").read_text().split("bot:\n")[1].split("bot_optional:")[0]
    lines = [line for line in text.splitlines() if line.strip().startswith("- ")]
    assert len(lines) == len(manifest["oauth_config"]["scopes"]["bot"])
    assert all(" # " in line for line in lines)


def test_no_event_shortcut_or_function_is_declared_because_no_feature_listens_to_one(manifest: dict[str, Any]) -> None:
    assert "event_subscriptions" not in manifest["settings"]
    assert "shortcuts" not in manifest["features"]
    assert "functions" not in manifest


def test_what_the_bot_sends_to_one_person_can_be_read_and_nobody_is_heard_there(manifest: dict[str, Any]) -> None:
    # Without the messages tab Slack refuses a direct message: `messages_tab_disabled`.
    assert manifest["features"]["app_home"] == {
        "home_tab_enabled": False,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": True,
    }


def test_interactivity_is_on_because_forms_are_submitted_and_everything_goes_to_one_address(
    manifest: dict[str, Any],
) -> None:
    interactivity = manifest["settings"]["interactivity"]
    assert interactivity["is_enabled"] is True
    addresses = {interactivity["request_url"], *(each["url"] for each in manifest["features"]["slash_commands"])}
    assert len(addresses) == 1
    assert addresses.pop().endswith(PATH)
