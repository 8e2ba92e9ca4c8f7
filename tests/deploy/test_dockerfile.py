"""The lines of deploy/Dockerfile, run as they are written, in a plain folder: no container engine is needed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bot
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.server import LocalSlack
from tests.deploy.dockerfile import Image, build
from tests.support.bot_process import BotProcess, ending, up
from tests.support.people import ask_for, outcome_of, words
from tests.support.running import environment_for
from tests.support.tools import need_tool


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    need_tool("hadolint")  # represents all tools of a release
    if os.geteuid() != 0:
        pytest.skip("the lines are run by root")
    root = tmp_path_factory.mktemp("image")
    return build(root, {"VENV": str(root / "opt"), "STATE": str(root / "state")})


@pytest.mark.timeout(300)
async def test_what_the_lines_make_serves_slack_and_its_health_check_knows(
    image: Image, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    program, arguments = image.entrypoint[0], image.entrypoint[1:] + image.command
    found = shutil.which(program, path=image.variables["PATH"].replace("$PATH", ""))
    assert found is not None
    assert Path(found).is_relative_to(image.folder.parent)
    assert _said(found, "--version") == f"registry-bot {bot.__version__}\n"
    values = environment_for(slack, cloud, image.folder / "registry-bot.sqlite3")
    process = BotProcess(values, log=tmp_path / "bot.log", program=[found, *arguments])
    async with ending([process]):
        await up(process)
        slack.request_url = f"{process.address}/slack/events"
        await ask_for(slack, "shop")
        assert "Status: success" in words(await outcome_of(slack, "shop"))
        assert _healthy(image, process.port) == 0
        await process.leave()
    assert _healthy(image, process.port) != 0


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _healthy(image: Image, port: int) -> int:
    # A proxy in the environment carries nothing to the bot itself.
    environment = {
        **os.environ,
        "PORT": str(port),
        "http_proxy": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    return subprocess.run(
        (sys.executable, *image.health[1:]), env=environment, capture_output=True, check=False
    ).returncode


def test_the_image_runs_as_nobody_and_only_its_state_belongs_to_that(image: Image) -> None:
    user, group = (int(each) for each in image.user.split(":"))
    assert user != 0
    assert (image.folder.stat().st_uid, image.folder.stat().st_gid) == (user, group)
    assert image.folder.stat().st_mode & 0o077 == 0
    theirs = [path for path in image.folder.parent.joinpath("opt").rglob("*") if path.lstat().st_uid == user]
    assert theirs == []
