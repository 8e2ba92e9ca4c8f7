"""A Dockerfile carried out in a plain folder: each RUN line as it is written, each COPY from the sources."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.terminal import SOURCES

DOCKERFILE = SOURCES / "deploy/Dockerfile"


@dataclass(kw_only=True)
class Image:
    """What the last stage came to. `folder` is where its commands work; `health` is the command of its health check."""

    variables: dict[str, str] = field(default_factory=dict)
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    user: str = ""
    folder: Path = Path()


def build(root: Path, arguments: Mapping[str, str]) -> Image:
    """Do what each line says. `arguments` are those of the build, folders all; other folders of the image are under `root`."""
    from dockerfile_parse import DockerfileParser  # noqa: PLC0415  of the tools for a release

    builder = _Builder(root, arguments)
    with DOCKERFILE.open("rb") as opened:
        for each in DockerfileParser(fileobj=opened).structure:
            builder.do(each["instruction"], each["value"])
    return builder.image


class _Builder:
    def __init__(self, root: Path, arguments: Mapping[str, str]) -> None:
        self.image, self._root, self._arguments = Image(), root, arguments

    def do(self, instruction: str, value: str) -> None:
        image = self.image
        match instruction:
            case "FROM":
                self.image = Image()
            case "ENV":
                image.variables |= dict(pair.split("=", 1) for pair in self._expanded(value).split())
            case "WORKDIR":
                image.folder = self._work_in(self._expanded(value))
            case "COPY":
                self._copy(*value.split())
            case "RUN":
                self._run(value)
            case _:
                self._describe(instruction, value)

    def _describe(self, instruction: str, value: str) -> None:
        match instruction:
            case "ENTRYPOINT":
                self.image.entrypoint = json.loads(value)
            case "CMD":
                self.image.command = json.loads(value)
            case "HEALTHCHECK":
                self.image.health = json.loads(value.partition("CMD")[2])
            case "USER":
                self.image.user = value

    def _expanded(self, value: str) -> str:
        known = {**self.image.variables, **self._arguments}
        return re.sub(r"\$(\w+)", lambda name: known.get(str(name[1]), str(name[0])), value)

    def _work_in(self, folder: str) -> Path:
        here = Path(folder) if folder in self._arguments.values() else self._root / folder.lstrip("/")
        here.mkdir(parents=True, exist_ok=True)
        return here

    def _copy(self, *words: str) -> None:
        if words[0].startswith("--from="):
            return  # both stages are in one folder
        for source in words[:-1]:
            target = self.image.folder / words[-1]
            if (SOURCES / source).is_dir():
                shutil.copytree(SOURCES / source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(SOURCES / source, target)

    def _run(self, line: str) -> None:
        python = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        environment = {**os.environ, **python, **self.image.variables, **self._arguments}
        done = subprocess.run(
            line, shell=True, cwd=self.image.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
