"""Every file under deploy/ is what its program takes, by that program's own judgement; no container engine is needed."""

import re
import subprocess
import sys
from pathlib import Path

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


def test_the_alerts_ring_when_they_should_and_only_then() -> None:
    promtool = need_tool("promtool")
    assert not refusal(promtool, "check", "rules", DEPLOY / "alerts.yaml")
    assert not refusal(promtool, "test", "rules", SOURCES / "tests/deploy/alerts_test.yaml")


def test_every_alert_reads_what_is_measured_and_is_explained() -> None:
    rules = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"][0]["rules"]
    measured = (SOURCES / "docs/operations.md").read_text().split("## Metrics")[1].split("\n## ")[0]
    read = {name for each in rules for name in re.findall(r"registry_bot_\w+", each["expr"])}
    assert {re.sub(r"_(bucket|count)$", "", name) for name in read} <= set(re.findall(r"registry_bot_\w+", measured))
    explained = re.findall(r"^\| `(\w+)` \|", (SOURCES / "docs/operations/alerts.md").read_text(), re.MULTILINE)
    assert [each["alert"] for each in rules] == explained


def _given(name: str) -> tuple[set[str], set[str]]:
    """The settings that a file gives plainly, and those that it gives as files of SECRETS_DIR."""
    documents = list(yaml.safe_load_all((DEPLOY / name).read_text()))
    if name == "compose.yaml":
        bot = documents[0]["services"]["bot"]
        return set(bot["environment"]), {each.upper() for each in bot["secrets"]}
    by_kind = {each["kind"]: each for each in documents}
    return set(by_kind["ConfigMap"]["data"]), set(by_kind["Secret"]["stringData"])


@pytest.mark.parametrize("name", ["compose.yaml", "kubernetes.yaml"])
def test_every_setting_that_is_given_is_one_none_is_missing_and_secrets_are_files(name: str) -> None:
    described = config.describe(config.Settings)
    plain, secret = _given(name)
    assert plain | secret <= {each for each, _, _ in described}
    assert {each for each, default, _ in described if default == "required"} <= secret
    assert {"SLACK_SIGNING_SECRET", "DATABASE_URL"} <= secret
    assert not plain & secret
    assert "SECRETS_DIR" in plain
