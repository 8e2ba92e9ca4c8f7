"""Settings from files: a folder with a file for each, as Kubernetes and systemd mount them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import config
from bot.config import DatabaseSettings, Settings
from bot.errors import SettingsError

SECRETS = {
    "HUAWEICLOUD_SDK_AK": "the-access-key",
    "HUAWEICLOUD_SDK_SK": "the-secret-key",
    "SLACK_BOT_TOKEN": "xoxb-the-token",
    "SLACK_SIGNING_SECRET": "the-signing-secret",
}
Mounted = Callable[..., Path]


@pytest.fixture
def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mounted:
    """A folder with these files, named by SECRETS_DIR."""

    def mount(**files: str) -> Path:
        monkeypatch.chdir(tmp_path)
        folder = tmp_path / "secrets"
        folder.mkdir()
        for name, text in {**SECRETS, **files}.items():
            (folder / name).write_text(text)
        monkeypatch.setenv("SECRETS_DIR", str(folder))
        return folder

    return mount


@pytest.mark.parametrize("end", ["", "\n", "\r\n", " \n\n", "\u200b\n"])
def test_each_setting_may_stand_in_a_file_and_its_line_end_does_not_count(mounted: Mounted, end: str) -> None:
    mounted(SLACK_BOT_TOKEN=f"xoxb-the-token{end}", PORT=f"4000{end}", NOTIFY_CHANNELS=f"C0PLAT:problems{end}")
    settings = config.read(Settings)
    assert settings.slack_bot_token.get_secret_value() == "xoxb-the-token"
    assert (settings.port, [each.channel for each in settings.notify_channels]) == (4000, ["C0PLAT"])


def test_the_name_of_the_folder_may_stand_in_the_file_of_settings(
    mounted: Mounted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = mounted()
    monkeypatch.delenv("SECRETS_DIR")
    (tmp_path / ".env").write_text(f"SECRETS_DIR='{folder}'\n")
    assert "the-access-key" in config.read(Settings).secrets


def test_the_environment_wins(mounted: Mounted, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted()
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-the-environment")
    assert config.read(Settings).slack_bot_token.get_secret_value() == "xoxb-of-the-environment"


def test_links_inside_the_folder_are_followed_as_kubernetes_makes_them(mounted: Mounted) -> None:
    folder = mounted()
    (folder / "..2026").mkdir()
    (folder / "SLACK_BOT_TOKEN").rename(folder / "..2026" / "SLACK_BOT_TOKEN")
    (folder / "..data").symlink_to("..2026")
    (folder / "SLACK_BOT_TOKEN").symlink_to("..data/SLACK_BOT_TOKEN")
    assert config.read(Settings).slack_bot_token.get_secret_value() == "xoxb-the-token"


def test_a_value_in_a_file_is_checked_and_named_as_any_other(mounted: Mounted) -> None:
    mounted(HUAWEICLOUD_SDK_AK="\n", SLACK_BOT_TOKEN="xapp-1")
    with pytest.raises(SettingsError) as wrong:
        config.read(Settings)
    half, other = str(wrong.value).splitlines()
    assert half == "HUAWEICLOUD_SDK_AK is missing: HUAWEICLOUD_SDK_SK is only half a credential. Set both."
    assert other.startswith("SLACK_BOT_TOKEN holds the wrong token")


@pytest.mark.parametrize("how", ["missing", "a file"])
def test_a_folder_that_cannot_be_read_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.chdir(tmp_path)
    if how == "a file":
        (tmp_path / "secrets").write_text("xoxb-secret")
    monkeypatch.setenv("SECRETS_DIR", "secrets")
    with pytest.raises(SettingsError) as wrong:
        config.read(DatabaseSettings)
    assert str(wrong.value).startswith("SECRETS_DIR: the folder secrets cannot be read (")
    assert len(str(wrong.value).splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_one_line(mounted: Mounted) -> None:
    (mounted() / "SLACK_BOT_TOKEN").chmod(0)
    with pytest.raises(
        SettingsError,
        match=r"^SECRETS_DIR: the file SLACK_BOT_TOKEN cannot be read \(Permission denied\)\. Let the user",
    ):
        config.read(Settings)


@pytest.mark.parametrize("how", ["bytes", "outside"])
def test_a_file_that_is_no_text_or_leads_outside_is_one_line(mounted: Mounted, tmp_path: Path, how: str) -> None:
    path = mounted() / "SLACK_BOT_TOKEN"
    if how == "bytes":
        path.write_bytes(b"xoxb-\xff\xfe")
        words = "is not text in UTF-8"
    else:
        (tmp_path / "elsewhere").write_text("xoxb-1")
        path.unlink()
        path.symlink_to(tmp_path / "elsewhere")
        words = "is a link to a place outside of the folder"
    with pytest.raises(SettingsError, match=f"^SECRETS_DIR: the file SLACK_BOT_TOKEN {words}"):
        config.read(Settings)


def test_files_that_are_no_setting_are_nobodys_business(mounted: Mounted) -> None:
    (mounted() / "ca.crt").write_bytes(b"\xff")
    assert config.misspelt_settings(Settings) == []
    config.read(Settings)


def test_names_that_are_meant_for_the_bot_and_unknown_to_it_are_named(
    mounted: Mounted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = mounted()
    (folder / "SLACK_BOT_TOKN").write_text("xoxb-1")
    (tmp_path / ".env").write_text("NOTIFY_CHANNEL=C0PLAT\nFTP_PROXY=x\nSHELL_OPTIONS=y\n")
    monkeypatch.setenv("CODEARTS_ZONE", "1")
    monkeypatch.setenv("HTTPS_PROXI", "http://p:1")
    monkeypatch.setenv("NIX_SSL_CERT_FILE", "of somebody else")
    assert config.misspelt_settings(Settings) == [
        ("CODEARTS_ZONE", None),
        ("HTTPS_PROXI", "HTTPS_PROXY"),
        ("NOTIFY_CHANNEL", "NOTIFY_CHANNELS"),
        ("SLACK_BOT_TOKN", "SLACK_BOT_TOKEN"),
    ]
