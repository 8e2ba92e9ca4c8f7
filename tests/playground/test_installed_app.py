"""What people are offered in the local Slack is what the bot's manifest installs."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import config
from bot.playground.playground import Playground
from bot.playground.slack.installed_app import COMMANDS, SHORTCUTS


@pytest.fixture(scope="module")
def features() -> dict[str, Any]:
    manifest = yaml.safe_load((Path(__file__).parents[2] / "manifest.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = manifest["features"]
    return found


def test_the_commands_are_the_manifests(features: dict[str, Any]) -> None:
    installed = [(each["command"], each["usage_hint"], each["description"]) for each in features["slash_commands"]]
    assert [(each.command, each.hint, each.description) for each in COMMANDS] == installed


def test_the_shortcuts_are_the_manifests(features: dict[str, Any]) -> None:
    keys = ("type", "callback_id", "name", "description")
    installed = {tuple(each[key] for key in keys) for each in features.get("shortcuts", [])}
    assert {tuple(getattr(each, key) for key in keys) for each in SHORTCUTS} == installed


async def test_a_demo_hears_of_no_setting_of_the_shell_that_it_is_started_from(tmp_path: Path) -> None:
    names = {name for name, _, _ in config.describe(config.Settings)}
    async with Playground(command="/kube-registry") as playground:
        given = playground.bot_environment(dict.fromkeys(names, "of a real bot"), port=1, workdir=tmp_path)
    assert "of a real bot" not in given.values()
    assert given["COMMAND"] == "/kube-registry"
