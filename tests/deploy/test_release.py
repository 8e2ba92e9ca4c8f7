"""What `make release` hands out can be installed, says who it is, and has the manifest in it."""

import json
import runpy
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import bot
from tests.support.terminal import SOURCES
from tests.support.tools import need_tool

SCRIPT = SOURCES / ".ci/release.py"
judged: Callable[[dict[str, Any] | None], tuple[str, int]] = runpy.run_path(str(SCRIPT))["judged"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run((sys.executable, "-m", "hatchling", "build", "-d", folder), cwd=SOURCES, check=True)
    return folder


def test_the_wheel_has_one_package_and_beside_it_what_an_operator_needs(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    shared = f"registry_bot-{bot.__version__}.data/data/share/registry-bot/"
    outside = {name.split("/")[0] for name in names if not name.startswith(("registry_bot-", "bot/"))}
    assert not outside
    assert {f"{shared}{name}" for name in ("manifest.yaml", "requirements.txt", "deploy/registry-bot.service")} <= set(
        names
    )


def test_the_source_distribution_has_the_manifest_the_locks_and_the_tests(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.split("/", 1)[-1] for name in opened.getnames()}
    assert {"manifest.yaml", "requirements.txt", "requirements-test.txt", "tests/conftest.py", "LICENSE"} <= names
    assert not [name for name in names if name.startswith((".venv", "dist", ".git/"))]


def test_an_environment_with_the_wheel_alone_has_the_command(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    venv.create(tmp_path / "new", with_pip=True)
    here = tmp_path / "new/bin"
    # Its dependencies are those of the tests: the wheel is what is tried, not the index.
    (site,) = (tmp_path / "new/lib").glob("python*/site-packages")
    (tmp_path / "locked").symlink_to(Path(yaml.__file__).parent.parent)
    (site / "locked.pth").write_text(f"{tmp_path / 'locked'}\n")
    subprocess.run((here / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel), check=True)

    def said(*arguments: str) -> str:
        return subprocess.run((here / "registry-bot", *arguments), capture_output=True, text=True, check=True).stdout

    assert said("--version") == f"registry-bot {bot.__version__}\n"
    printed = said("manifest", "--url", "https://bot.corp.example")
    installed = (tmp_path / "new/share/registry-bot/manifest.yaml").read_text()
    assert printed == installed.replace("registry-bot.example.com", "bot.corp.example")
    imported = "import bot, pathlib; print(pathlib.Path(bot.__file__).is_relative_to(sys.prefix))"
    where = subprocess.run(
        (here / "python", "-c", f"import sys; {imported}"), capture_output=True, text=True, check=True
    )
    assert where.stdout == "True\n"


@pytest.mark.timeout(300)
def test_a_release_has_an_sbom_of_the_lock_and_the_hashes_of_everything(tmp_path: Path) -> None:
    need_tool("cyclonedx-py")
    need_tool("pip-audit")
    done = subprocess.run((sys.executable, SCRIPT, tmp_path / "dist"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Known vulnerabilities: " in done.stdout
    (sbom,) = (tmp_path / "dist").glob("*.cdx.json")
    components = {each["name"]: each["version"] for each in json.loads(sbom.read_text())["components"]}
    lines = (SOURCES / "requirements.txt").read_text().splitlines()
    locked = dict(line.split(" ")[0].split("==") for line in lines if "==" in line and not line.startswith(" "))
    assert components == locked
    subprocess.run(("sha256sum", "--check", "--quiet", "SHA256SUMS"), cwd=tmp_path / "dist", check=True)
    assert len((tmp_path / "dist/SHA256SUMS").read_text().splitlines()) == 3


def _package(name: str, *vulnerabilities: str) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": [{"id": each} for each in vulnerabilities]}


@pytest.mark.parametrize(
    ("report", "line", "code"),
    [
        (None, "not asked for, because no source of advisories answers here", 0),
        ({"dependencies": [{"name": "a", "skip_reason": "not found"}]}, "not asked for, because no source", 0),
        ({"dependencies": [_package("a"), _package("b")]}, "none in 2 packages", 0),
        ({"dependencies": [_package("a"), {"name": "b", "skip_reason": "…"}]}, "none in 1 packages, 1 not known to", 0),
        ({"dependencies": [_package("a", "CVE-1", "CVE-2")]}, "a 1.0: CVE-1; a 1.0: CVE-2", 1),
    ],
)
def test_a_known_vulnerability_ends_a_release_and_a_silent_source_does_not(
    report: dict[str, Any] | None, line: str, code: int
) -> None:
    said, ended = judged(report)
    assert said.startswith(line)
    assert ended == code
