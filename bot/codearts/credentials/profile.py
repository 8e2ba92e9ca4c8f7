"""The vendor's profile file: `[basic]` has an access key, or an identity provider (docs/facts/codearts.md section 3e)."""

from configparser import ConfigParser, Error
from dataclasses import dataclass
from pathlib import Path

from bot.codearts.credentials.answers import usable
from bot.codearts.credentials.key import Key, NoKey
from bot.codearts.credentials.settings import caller_of
from bot.domain.credentials import Way
from bot.errors import NoCredentials
from bot.settings.small_files import read_small_file
from bot.settings.values import cleaned, is_plain_url

_SECTION = "basic"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFile:
    """The content of the file: either `key`, or `idp_id` with the file of its ID token."""

    key: Key | None = None
    idp_id: str = ""
    id_token_file: str = ""
    iam_endpoint: str | None = None


def read_profile(path: str) -> ProfileFile:
    """Read the file. Raises `NoCredentials`, which does not quote the file."""
    # Without interpolation, so that a percent sign is just a percent sign.
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(read_small_file(Path(path).expanduser()).decode("utf-8-sig"))
    except (OSError, RuntimeError) as error:
        raise _unreadable(path, getattr(error, "strerror", None) or "no home folder") from None
    except (Error, ValueError):
        raise _unreadable(path, "not an INI file in UTF-8") from None
    if not parser.has_section(_SECTION):
        raise _unreadable(path, f"it has no section [{_SECTION}]")
    values = {name: cleaned(value) for name, value in parser.items(_SECTION)}
    if not is_plain_url(values.get("iam_endpoint") or "https://unset"):
        raise _unreadable(path, "its iam_endpoint is not a plain URL")
    if values.get("idp_id") and values.get("id_token_file"):
        return ProfileFile(
            idp_id=values["idp_id"],
            id_token_file=values["id_token_file"],
            iam_endpoint=values.get("iam_endpoint") or None,
        )
    access, secret, token = (values.get(name) or "" for name in ("ak", "sk", "security_token"))
    if not (usable(access) and usable(secret) and (not token or usable(token))):
        raise _unreadable(path, f"[{_SECTION}] needs ak and sk, or idp_id and id_token_file")
    return ProfileFile(key=Key(access_key=access, secret_key=secret, security_token=token or None))


def _unreadable(path: str, why: str) -> NoCredentials:
    return NoCredentials(NoKey.FILE_UNREADABLE, where=path, said=why)


class ProfileKey:
    """See `Source`. The file is read again when its key is refused, because it may have been replaced."""

    way = Way.PROFILE
    renewable = True

    def __init__(self, path: str, key: Key) -> None:
        self._path = path
        self._first: Key | None = key
        self.caller = caller_of(key)

    async def fetch(self) -> Key:
        """The key that is in the file now."""
        first, self._first = self._first, None
        key = first or read_profile(self._path).key
        if key is None:
            raise _unreadable(self._path, f"[{_SECTION}] holds no ak and sk any more")
        return key

    async def aclose(self) -> None:
        """There is nothing to close."""
