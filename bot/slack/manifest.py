"""Builds the manifest of the Slack app from what the parts of the bot need: `registry-bot manifest` and `manifest.yaml`.

https://docs.slack.dev/reference/app-manifest. Slack accepts YAML and JSON; we use YAML to give the reason for each scope.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack.needs import REASONS, ManifestNeeds

EXAMPLE_URL = "https://registry-bot.example.com"
_PATH = "/slack/events"
_HEAD = """\
# The Slack app, as its owner creates it: https://api.slack.com/apps → Create New App → From a manifest.
# `registry-bot manifest --url https://…` prints it for your address, and `registry-bot manifest --socket-mode` without any
# (then create an app-level token with the scope connections:write, too, and set it as SLACK_APP_TOKEN).
"""


def manifest(needs: ManifestNeeds, *, url: str | None) -> dict[str, Any]:
    """The manifest as a document. `url` is where Slack reaches the bot; None: by Socket Mode."""
    reached: dict[str, Any] = {} if url is None else {"request_url": url.rstrip("/") + _PATH}
    by_url = {"url": reached["request_url"]} if reached else {}
    features: dict[str, Any] = {
        "app_home": {
            "home_tab_enabled": needs.home_tab,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": "registry-bot", "always_online": True},
        "slash_commands": [
            {
                "command": each.command,
                "description": each.description,
                **({"usage_hint": each.usage_hint} if each.usage_hint else {}),
                "should_escape": False,
                **by_url,
            }
            for each in needs.installed_commands
        ],
    }
    if needs.shortcuts:
        features["shortcuts"] = [
            {"name": each.name, "type": each.kind, "callback_id": each.callback_id, "description": each.description}
            for each in sorted(needs.shortcuts, key=lambda each: each.callback_id)
        ]
    settings: dict[str, Any] = {"interactivity": {"is_enabled": True, **reached}}
    if needs.events:
        settings["event_subscriptions"] = {**reached, "bot_events": sorted(needs.events)}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Registry Bot",
            "description": "Creates Docker registries in Huawei Cloud CodeArts Artifact",
            "background_color": "#1d4d6b",
        },
        "features": features,
        "oauth_config": {
            "scopes": {
                "bot": sorted(needs.scopes | needs.optional_scopes),
                "bot_optional": sorted(needs.optional_scopes),
            }
        },
        "settings": {
            **settings,
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def as_yaml(needs: ManifestNeeds, *, url: str | None) -> str:
    """The manifest as text, with the reasons."""
    return _HEAD + "\n".join(_lines(manifest(needs, url=url), "")) + "\n"


def _lines(node: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in node.items():
        if isinstance(value, Mapping):
            yield f"{indent}{key}:{_note(key)}"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list):
            yield f"{indent}{key}:{_note(key)}"
            for item in value:
                yield from _item(item, indent + "  ", parent=key)
        else:
            yield f"{indent}{key}: {_scalar(value)}{_note(key)}"


def _item(item: Any, indent: str, *, parent: str) -> Iterator[str]:
    if isinstance(item, Mapping):
        first, *rest = _lines(item, indent + "  ")
        yield f"{indent}- {first.strip()}"
        yield from rest
    else:
        yield f"{indent}- {_scalar(item)}" + (f" # {REASONS[item]}" if parent == "bot" else "")


def _note(key: str) -> str:
    return f" # {REASONS[key]}" if key in REASONS else ""


def _scalar(value: Any) -> str:
    plain = isinstance(value, str) and value and value[0].isalpha() and ": " not in value and " #" not in value
    return str(value) if plain else json.dumps(value, ensure_ascii=False)
