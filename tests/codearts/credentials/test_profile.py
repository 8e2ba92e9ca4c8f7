"""The vendor's profile file."""

from pathlib import Path

import pytest

from bot.codearts.credentials.key_cache import KeyCache
from bot.codearts.credentials.profile import ProfileFile, ProfileKey, read_profile
from bot.errors import NoCredentials

WRITTEN = "[global]\nak = other\n\n[basic]\nak = AK\nsk = S%K/+=\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "credentials"
    path.write_text(WRITTEN)
    return path


def test_the_key_of_basic_is_read_as_it_is(path: Path) -> None:
    profile = read_profile(str(path))
    assert profile.key is not None
    assert profile.key.secrets == ["AK", "S%K/+="]


def test_a_security_token_goes_along(path: Path) -> None:
    path.write_text(f"{WRITTEN}security_token = T\n")
    profile = read_profile(str(path))
    assert profile.key is not None
    assert profile.key.security_token == "T"


def test_an_identity_provider_goes_before_a_key(path: Path) -> None:
    path.write_text(f"{WRITTEN}idp_id = k8s\nid_token_file = /token\niam_endpoint = https://iam.example\n")
    assert read_profile(str(path)) == ProfileFile(
        idp_id="k8s", id_token_file="/token", iam_endpoint="https://iam.example"
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hunter2",
        b"[global]\nak = a\nsk = hunter2\n",
        b"[basic]\nak = a\n",
        b"[basic]\nak=a b\nsk=hunter2",
        b"\xff",
    ],
)
def test_what_is_wrong_is_told_and_nothing_of_it_quoted(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(NoCredentials) as refused:
        read_profile(str(path))
    assert refused.value.where == str(path)
    assert "hunter2" not in refused.value.said


def replace(path: Path) -> None:
    path.write_text(WRITTEN.replace("AK", "NEWKEY"))


async def test_a_key_that_was_replaced_in_the_file_is_taken_once_the_old_one_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = read_profile(str(path)).key
    assert key is not None
    keys = KeyCache(ProfileKey(str(path), key))
    first = await keys.current()
    replace(path)
    assert await keys.current() is first
    monkeypatch.setattr(keys, "_new_until", 0.0)
    keys.refused(first)
    assert (await keys.current()).access_key == "NEWKEY"
