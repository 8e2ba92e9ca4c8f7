"""Every file under deploy/ is what its program takes, by that program's own judgement; no container engine is needed."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import config
from tests.net.tls import self_signed_certificate
from tests.support.nginx import DOCUMENTED, need_nginx, why_refused
from tests.support.terminal import SOURCES
from tests.support.tools import need_tool

DEPLOY = SOURCES / "deploy"
# What systemd-analyze may find exposed, of 100; half a point of its ten above what it finds today.
EXPOSED_AT_MOST = "20"


def refusal(*command: str | Path) -> str:
    """What a program says against a file; empty when it takes it."""
    done = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr or f"exit code {done.returncode}"


def test_the_dockerfile_is_good_by_hadolint() -> None:
    assert not refusal(need_tool("hadolint"), DEPLOY / "Dockerfile")


def test_the_compose_file_is_one_and_is_safe() -> None:
    judge = need_tool("compose-lint")
    from compose_spec import PyCompose  # noqa: PLC0415  of the tools for a release

    PyCompose.from_yaml((DEPLOY / "compose.yaml").read_text()).validate()
    excused = SOURCES / "tests/deploy/compose-lint.yml"
    assert not refusal(judge, "check", "--config", excused, "--no-env", DEPLOY / "compose.yaml")


def test_the_kubernetes_manifest_fits_kubernetes_own_schemas() -> None:
    assert not refusal(need_tool("kubernetes-validate"), "--strict", DEPLOY / "kubernetes.yaml")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a command that is there."""
    written = (DEPLOY / "registry-bot.service").read_text()
    assert written.count("/opt/registry-bot/bin/registry-bot ") == 1
    (tmp_path / "registry-bot.service").write_text(
        written.replace("/opt/registry-bot/bin/registry-bot", sys.executable)
    )
    return tmp_path / "registry-bot.service"


def test_systemd_takes_the_unit_and_finds_it_well_confined(unit: Path) -> None:
    systemd = need_tool("systemd-analyze")
    done = subprocess.run((systemd, "verify", unit), capture_output=True, text=True, check=False)
    # Of other units of this machine it complains, too.
    assert [line for line in done.stderr.splitlines() if unit.name in line or str(unit) in line] == []
    assert done.returncode == 0, done.stderr
    assert not refusal(systemd, "security", "--offline=yes", f"--threshold={EXPOSED_AT_MOST}", "--no-pager", unit)


def test_nginx_takes_the_snippet(tmp_path: Path) -> None:
    need_nginx()
    certificate = str(self_signed_certificate(tmp_path))
    assert not why_refused(re.sub(r"/etc/ssl/registry-bot\.(pem|key)", certificate, DOCUMENTED.read_text()), tmp_path)


def _settings_named(file: Path) -> set[str]:
    """Whatever looks like one of our variables in a file, in capital letters or as the name of a file."""
    known = {name for name, _, _ in config.describe(config.Settings)}
    text = file.read_text()
    named = set(re.findall(r"\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b", text)) | set(re.findall(r"secrets/([a-z_]+)", text))
    return {name.upper() for name in named if name.upper() in known or name.startswith(("SLACK", "HUAWEI", "CODEARTS"))}


@pytest.mark.parametrize("name", ["compose.yaml", "kubernetes.yaml", "registry-bot.service"])
def test_every_setting_that_is_named_is_one_and_none_that_is_required_is_missing(name: str) -> None:
    described = config.describe(config.Settings)
    named = _settings_named(DEPLOY / name)
    assert named <= {each for each, _, _ in described}
    assert {each for each, default, _ in described if default == "required"} <= named


def test_no_secret_is_handed_over_in_the_environment() -> None:
    documents: list[dict[str, Any]] = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
    secret = next(each for each in documents if each["kind"] == "Secret")["stringData"]
    plain = next(each for each in documents if each["kind"] == "ConfigMap")["data"]
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["bot"]
    unit = (DEPLOY / "registry-bot.service").read_text()
    assert not secret.keys() & plain.keys()
    assert {name.upper() for name in compose["secrets"]} == set(secret)
    assert not {name.upper() for name in compose["secrets"]} & set(compose["environment"])
    assert {name.upper() for name in re.findall(r"^LoadCredential=(\w+):", unit, re.MULTILINE)} == set(secret)
