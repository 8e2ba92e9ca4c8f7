"""All features together: each folder is one of them, and no two claim the same thing."""

from collections import Counter
from pathlib import Path

import pytest

import bot
from bot.features.catalogue import FEATURES
from bot.features.contract import Parts, Platform
from bot.slack.inbound.listeners import CommandListener, FormListener
from bot.workflow.serializer import RecordSerializer

FOLDER = Path(bot.__file__).parent / "features"


@pytest.fixture
def parts(platform: Platform) -> list[Parts]:
    return [feature.build(platform) for feature in FEATURES]


def test_each_folder_is_a_feature_of_that_name() -> None:
    folders = [path.parent.name for path in FOLDER.glob("*/feature.py")]
    assert sorted(feature.name for feature in FEATURES) == sorted(folders)


def test_no_two_features_claim_the_same_command_form_or_workflow(parts: list[Parts]) -> None:
    claimed: Counter[tuple[str, str]] = Counter()
    for each in parts:
        for listener in each.listeners:
            match listener:
                case CommandListener(command=command, words=words):
                    claimed.update(("command", f"{command} {word}") for word in words or {"*"})
                case FormListener(callback_id=callback_id):
                    claimed["form", callback_id] += 1
        for workflow in each.workflows:
            claimed["workflow", workflow.name] += 1
    assert claimed
    assert set(claimed.values()) == {1}


def test_no_two_features_record_different_things_under_one_name(parts: list[Parts]) -> None:
    RecordSerializer(kind for each in parts for workflow in each.workflows for kind in workflow.recorded)


def test_a_feature_needs_the_commands_that_it_listens_to(parts: list[Parts]) -> None:
    for feature, each in zip(FEATURES, parts, strict=True):
        heard = {listener.command for listener in each.listeners if isinstance(listener, CommandListener)}
        assert feature.needs.commands == heard
        assert not heard or "commands" in feature.needs.scopes
