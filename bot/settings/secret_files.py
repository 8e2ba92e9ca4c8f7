"""The folder of SECRETS_DIR: a file for each setting, called as the setting is, as Kubernetes, Docker and systemd mount them.

pydantic-settings reads them; it passes over what it cannot read, and then a default would count.
"""

from collections.abc import Mapping
from pathlib import Path

from bot.errors import SettingsError

SECRETS_DIR = "SECRETS_DIR"


def files_in(folder: str | None) -> Mapping[str, Path]:
    """The files by their names in small letters. Raises `SettingsError` where the folder cannot be read."""
    if folder is None:
        return {}
    try:
        return {path.name.lower(): path for path in sorted(Path(folder).expanduser().iterdir()) if path.is_file()}
    except (OSError, RuntimeError) as error:
        raise SettingsError(f"{SECRETS_DIR}: the folder {folder} cannot be read ({_why(error)}).") from None


def require_readable_files(folder: str | None, names: frozenset[str]) -> None:
    """Raises `SettingsError` where a file of one of these names (in small letters) cannot be read, with a line for each."""
    problems = []
    for name, path in files_in(folder).items():
        if name in names and (why := _why_not_read(path, Path(folder or ""))):
            problems.append(f"{SECRETS_DIR}: the file {path.name} {why}.")
    if problems:
        raise SettingsError("\n".join(problems))


def _why_not_read(path: Path, folder: Path) -> str | None:
    try:
        path.read_text(encoding="utf-8")
        inside = folder.expanduser().resolve() in path.resolve().parents
    except UnicodeDecodeError:
        return "is not text in UTF-8"
    except (OSError, RuntimeError) as error:
        return f"cannot be read ({_why(error)})"
    return None if inside else "is a link to a place outside of the folder; put the file itself there"


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
