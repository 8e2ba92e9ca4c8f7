"""The file `.env`: whether it can be read, and which variables are set in it or in the environment."""

from collections.abc import Mapping
from pathlib import Path

from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource

from bot.errors import SettingsError

ENV_FILE = ".env"
_NOT_TEXT = f"{ENV_FILE} is not text in UTF-8. Save it as UTF-8."


def require_readable() -> None:
    """Raises `SettingsError` when there is a file, but it is not text in UTF-8 or may not be read."""
    try:
        text = Path(ENV_FILE).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return
    except OSError as error:
        raise SettingsError(f"{ENV_FILE} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise SettingsError(_NOT_TEXT) from None
    if "\0" in text:  # UTF-16 without its mark
        raise SettingsError(_NOT_TEXT)


def variables_set(kind: type[BaseSettings]) -> Mapping[str, str | None]:
    """What the environment and the file have, by names in lower case; the environment wins."""
    return {**DotEnvSettingsSource(kind).env_vars, **EnvSettingsSource(kind).env_vars}
