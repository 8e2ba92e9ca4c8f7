"""manifest.yaml says what the code does: no scope too many, none too few, and every name the same."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.features.catalogue import FEATURES
from bot.slack.inbound.http import PATH
from bot.slack.manifest import EXAMPLE_URL, as_yaml
from bot.slack.manifest import manifest as manifest_of
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
    "users_info": {"users:read"},
    "usergroups_users_list": {"usergroups:read"},
    "chat_postMessage": {"chat:write", "chat:write.public"},
    "chat_update": {"chat:write"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_history": {"channels:history", "groups:history"},
    "conversations_replies": {"channels:history", "groups:history"},
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
    families = ("auth_", "views_", "apps_", "chat_", "conversations_", "users_", "usergroups_", "functions_", "files_")
    return {name for name in attributes if name.startswith(families)}


def test_the_manifest_is_valid_by_slacks_own_schema(manifest: dict[str, Any]) -> None:
    if not SCHEMA.exists():
        pytest.skip(f"Slack's schema is not beside the project ({SCHEMA.parent.name}/{SCHEMA.name})")
    jsonschema.validate(manifest, json.loads(SCHEMA.read_text()))


def test_it_is_what_the_command_prints() -> None:
    needs = all_needs(feature.needs for feature in FEATURES)
    assert (ROOT / "manifest.yaml").read_text() == as_yaml(needs, url=EXAMPLE_URL)


@pytest.mark.parametrize("url", [EXAMPLE_URL, None])
def test_what_is_printed_is_the_document(needs: ManifestNeeds, url: str | None) -> None:
    assert yaml.safe_load(as_yaml(needs, url=url)) == manifest_of(needs, url=url)


def test_socket_mode_names_no_address(needs: ManifestNeeds) -> None:
    printed = as_yaml(needs, url=None).split("display_information")[1]
    assert "https://" not in printed
    assert yaml.safe_load(as_yaml(needs, url=None))["settings"]["socket_mode_enabled"] is True


def test_everything_that_is_listened_to_is_declared(manifest: dict[str, Any], needs: ManifestNeeds) -> None:
    features = manifest["features"]
    assert {each["command"] for each in features["slash_commands"]} == needs.commands
    shortcuts = {(each["callback_id"], each["type"]) for each in features.get("shortcuts", [])}
    assert shortcuts == {(each.callback_id, each.kind) for each in needs.shortcuts}
    events = manifest["settings"].get("event_subscriptions", {}).get("bot_events", [])
    assert set(events) == needs.events
    assert features["app_home"]["home_tab_enabled"] is needs.home_tab


def test_what_slack_shows_of_a_shortcut_is_short_enough(needs: ManifestNeeds) -> None:
    # docs/facts/slack.md section 8
    assert all(len(each.name) <= 24 and len(each.description) <= 150 for each in needs.shortcuts)
    assert len(needs.shortcuts) <= 10


def test_the_scopes_are_those_that_platform_and_features_need(manifest: dict[str, Any], needs: ManifestNeeds) -> None:
    scopes = manifest["oauth_config"]["scopes"]
    # https://docs.slack.dev/reference/app-manifest: an optional scope is in both lists.
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


def test_the_page_for_a_security_review_names_each_scope_and_no_other(needs: ManifestNeeds) -> None:
    permissions = (ROOT / "SECURITY.md").read_text().split("## Permissions")[1].split("Huawei Cloud:")[0]
    rows = [line.split(" | ")[0] for line in permissions.splitlines() if line.startswith("| `")]
    named = {scope for row in rows for scope in re.findall(r"`([\w:.]+)`", row)}
    optional = {scope for row in rows if "(optional)" in row for scope in re.findall(r"`([\w:.]+)`", row)}
    assert named - {"connections:write"} == needs.scopes | needs.optional_scopes
    assert optional == needs.optional_scopes


def test_no_function_is_declared_because_no_feature_has_one(manifest: dict[str, Any]) -> None:
    assert "functions" not in manifest


def test_what_the_bot_sends_to_one_person_can_be_read_and_nobody_is_heard_there(manifest: dict[str, Any]) -> None:
    # Without the messages tab Slack refuses a direct message: `messages_tab_disabled`.
    home = manifest["features"]["app_home"]
    assert (home["messages_tab_enabled"], home["messages_tab_read_only_enabled"]) == (True, True)


def test_interactivity_is_on_because_forms_are_submitted_and_everything_goes_to_one_address(
    manifest: dict[str, Any],
) -> None:
    interactivity = manifest["settings"]["interactivity"]
    assert interactivity["is_enabled"] is True
    addresses = {interactivity["request_url"], *(each["url"] for each in manifest["features"]["slash_commands"])}
    assert len(addresses) == 1
    assert addresses.pop().endswith(PATH)
