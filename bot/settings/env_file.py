"""The file `.env`: whether it can be read, and which variables are set in it or in the environment."""

import io
import re
from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import Binding, parse_stream
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource

from bot.errors import SettingsError
from bot.settings.small_files import read_small_file, unreadable

ENV_FILE = ".env"
_LARGEST = 1024 * 1024  # bytes
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)
_NOT_TEXT = f"{ENV_FILE} is not text in UTF-8. Save it as UTF-8."


def require_readable() -> None:
    """Raises `SettingsError` if there is a file, but it is unreadable or contains a line that is not a setting."""
    for entry in _entries():
        # It would be left out, and the setting be the default: another database, another port.
        if entry.error or (entry.key is not None and not _NAME.fullmatch(entry.key)):
            raise SettingsError(
                f"{ENV_FILE}: line {_line(entry)} cannot be read. Write NAME=value, with quotes on both sides or on neither."
            )


def line_that_counts(name: str) -> int | None:
    """The line number of the value that counts, if the file has several for one name. An empty value does not count."""
    found = [entry for entry in _entries() if entry.value and (entry.key or "").lower() == name.lower()]
    return _line(found[-1]) if len({entry.value for entry in found}) > 1 else None


def _entries() -> list[Binding]:
    try:
        text = read_small_file(Path(ENV_FILE), largest=_LARGEST).decode("utf-8-sig")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(f"{ENV_FILE} {unreadable(error)}") from None
    except UnicodeDecodeError:
        raise SettingsError(_NOT_TEXT) from None
    if "\0" in text:  # UTF-16 without its mark
        raise SettingsError(_NOT_TEXT)
    return list(parse_stream(io.StringIO(text)))


def _line(entry: Binding) -> int:
    read = entry.original.string
    return entry.original.line + len(read[: -len(read.lstrip())].splitlines())


def variables_set(kind: type[BaseSettings]) -> Mapping[str, str | None]:
    """The variables in the environment and the file, by names in lower case; the environment wins."""
    return {**DotEnvSettingsSource(kind).env_vars, **EnvSettingsSource(kind).env_vars}
