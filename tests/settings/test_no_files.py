"""What a setting names is a pipe, a folder, a link to nowhere or far too large: told in one line, and never waited for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.server import LocalSlack
from tests.support.running import environment_for
from tests.support.terminal import command

Make = Callable[[Path], object]


def _links_nowhere(path: Path) -> None:
    path.symlink_to(path.parent / "gone")


def _is_huge(path: Path) -> None:
    path.write_bytes(b"x" * 20_000_000)


_KEYLESS = {"HUAWEICLOUD_SDK_AK": "", "HUAWEICLOUD_SDK_SK": ""}
_PROFILE = {**_KEYLESS, "HUAWEICLOUD_SDK_CREDENTIALS_FILE": "profile"}
_MOUNTED = {"SECRETS_DIR": "secrets"}
_CASES: dict[str, tuple[str, Make, dict[str, str], str]] = {
    ".env is a pipe": (
        ".env",
        os.mkfifo,
        {},
        ".env cannot be read (it is a pipe, not a file). Put a small text file in its place.",
    ),
    ".env is huge": (
        ".env",
        _is_huge,
        {},
        ".env cannot be read (it is too large). Put a small text file in its place.",
    ),
    # Docker makes a folder where the file that it is to mount is missing.
    "a mounted setting is a folder": (
        "secrets/DATABASE_URL",
        Path.mkdir,
        _MOUNTED,
        "SECRETS_DIR: the file DATABASE_URL cannot be read (Is a directory). Put a small text file in its place.",
    ),
    "a mounted setting is a pipe": (
        "secrets/OPERATORS",
        os.mkfifo,
        _MOUNTED,
        "SECRETS_DIR: the file OPERATORS cannot be read (it is a pipe, not a file). Put a small text file in its place.",
    ),
    "a mounted setting links nowhere": (
        "secrets/allowed_users",
        _links_nowhere,
        _MOUNTED,
        (
            "SECRETS_DIR: the file allowed_users cannot be read (No such file or directory). "
            "Write the file that this link leads to, or remove the link."
        ),
    ),
    "a mounted setting is huge": (
        "secrets/LABEL",
        _is_huge,
        _MOUNTED,
        "SECRETS_DIR: the file LABEL cannot be read (it is too large). Put a small text file in its place.",
    ),
    "the profile is a pipe": (
        "profile",
        os.mkfifo,
        _PROFILE,
        "HUAWEICLOUD_SDK_CREDENTIALS_FILE: profile cannot be used (it is a pipe, not a file).",
    ),
    "the certificates are a pipe": (
        "ca.pem",
        os.mkfifo,
        {"SSL_CERT_FILE": "ca.pem"},
        "SSL_CERT_FILE: it is a pipe, not a file. Name a file with certificates in PEM format",
    ),
}


@pytest.mark.parametrize("case", _CASES)
async def test_the_start_is_refused_in_one_line(
    case: str, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    path, make, changes, line = _CASES[case]
    (tmp_path / "secrets").mkdir()
    make(tmp_path / path)
    environment = {**environment_for(slack, cloud, tmp_path / "bot.sqlite3"), **changes}
    for name in ("run", "check"):
        finished = await command(name, environment=environment, cwd=tmp_path)
        said = finished.err + finished.out
        assert (finished.code, line in said) == (78, True), said
        assert len(finished.err.splitlines()) <= 1
    assert not (tmp_path / "bot.sqlite3").exists()


@pytest.mark.parametrize("setting", ["DATABASE_URL", "SLACK_BOT_TOKEN", "ALLOWED_USERS"])
async def test_a_file_that_only_other_programs_would_read_is_refused_in_one_line(
    setting: str, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    (tmp_path / "value").write_text("postgresql://bot@db.example/bot")
    environment = environment_for(slack, cloud, tmp_path / "bot.sqlite3")
    value = environment.pop(setting, "U0ANALIND00")
    environment[f"{setting}_FILE"] = str(tmp_path / "value")
    refused = await command("check", environment=environment, cwd=tmp_path)
    assert (refused.code, len(refused.err.splitlines())) == (78, 1)
    assert refused.err.startswith(
        f"registry-bot: {setting}_FILE is not read. Set {setting}, or name the folder in SECRETS_DIR"
    )
    taken = await command("check", environment={**environment, setting: value}, cwd=tmp_path)
    assert "is not read" not in taken.err


async def test_an_id_token_in_a_pipe_is_not_waited_for(slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "id-token")
    environment = {
        **environment_for(slack, cloud, tmp_path / "bot.sqlite3"),
        **_KEYLESS,
        "HUAWEICLOUD_OIDC_PROVIDER_URN": "iam::a:oidc-provider:k8s",
        "HUAWEICLOUD_OIDC_AGENCY_URN": "iam::a:agency:registry-bot",
        "HUAWEICLOUD_OIDC_TOKEN_FILE": "id-token",
        "HUAWEICLOUD_SDK_STS_ENDPOINT": "http://127.0.0.1:9",
    }
    finished = await command("check", environment=environment, cwd=tmp_path)
    assert finished.code == 78
    assert "id-token cannot be used: it is a pipe, not a file" in finished.out


@pytest.mark.parametrize(
    "address", ["https://h\\x", "https://xn--a", "https://256.1.1.1", "https://h..x", f"https://{'a' * 64}.test"]
)
@pytest.mark.parametrize("setting", ["CODEARTS_ENDPOINT", "SLACK_API_URL", "HUAWEICLOUD_SDK_STS_ENDPOINT"])
async def test_an_address_with_a_host_that_no_call_can_reach_is_refused_in_one_line(
    setting: str, address: str, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    environment = {**environment_for(slack, cloud, tmp_path / "bot.sqlite3"), setting: address}
    finished = await command("run", environment=environment, cwd=tmp_path)
    assert finished.code == 78
    assert finished.err.startswith(f"registry-bot: {setting} is not a plain URL; write one such as https://")
    assert len(finished.err.splitlines()) == 1


@pytest.mark.parametrize(
    "profile",
    ["[basic]\nak = “{ak}”\u200b\nsk = '{sk}'\u00a0\n", "\ufeff[basic]\r\nak={ak}\r\nsk={sk}\r\n"],
    ids=["quoted", "from Windows"],
)
async def test_a_profile_that_was_copied_together_works(
    profile: str, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    (tmp_path / "profile").write_bytes(profile.format(ak=cloud.keys.access_key, sk=cloud.keys.secret_key).encode())
    environment = {**environment_for(slack, cloud, tmp_path / "bot.sqlite3"), **_PROFILE}
    finished = await command("check", environment=environment, cwd=tmp_path)
    assert finished.code == 0, finished.out
