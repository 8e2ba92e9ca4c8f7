"""Whose certificates are trusted, and what is said where a file of them cannot be used."""

import os
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.net.certificates import none_loaded, trusted
from tests.net.tls import self_signed_certificate


@pytest.mark.parametrize("content", [b"", b"\n\n", b"not a certificate", b"\x30\x82\x00", None])
def test_a_file_without_a_certificate_is_said_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"^SSL_CERT_FILE: .+\.$") as error:
        trusted(str(path))
    assert "\n" not in str(error.value)


def test_a_folder_a_key_and_a_file_that_may_not_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^SSL_CERT_FILE: "):
        trusted(str(tmp_path))
    self_signed_certificate(tmp_path)
    with pytest.raises(SettingsError, match=r"^SSL_CERT_FILE: holds no certificate"):
        trusted(str(tmp_path / "key.pem"))
    closed = tmp_path / "closed.pem"
    closed.write_bytes((tmp_path / "cert.pem").read_bytes())
    closed.chmod(0)
    if os.geteuid() != 0:  # root may read everything
        with pytest.raises(SettingsError, match=r"^SSL_CERT_FILE: "):
            trusted(str(closed))


def test_a_file_replaces_the_systems_store(tmp_path: Path) -> None:
    context = trusted(str(self_signed_certificate(tmp_path)))
    assert [str(each["subject"]) for each in context.get_ca_certs()] == ["((('commonName', '127.0.0.1'),),)"]


def test_the_systems_store_is_trusted_not_a_list_that_some_library_brings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where OpenSSL looks for the system's store; no setting of ours has been read here.
    monkeypatch.setenv("SSL_CERT_FILE", str(self_signed_certificate(tmp_path)))
    assert "127.0.0.1" in str(trusted(None).get_ca_certs())


@pytest.mark.parametrize("before", [None, "/some/where.pem"])
def test_while_none_is_loaded_nobody_is_trusted_and_afterwards_all_is_as_before(
    before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    if before:
        monkeypatch.setenv("SSL_CERT_FILE", before)
    with none_loaded():
        assert trusted(None).get_ca_certs() == []
    assert os.environ.get("SSL_CERT_FILE") == before
