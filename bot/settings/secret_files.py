"""The folder SECRETS_DIR: one file for each setting, named like the setting, as Kubernetes, Docker and systemd mount secrets.

pydantic-settings reads the files, but skips what it cannot read, such as the folder that Docker makes where a file is
missing, so that the default would be used.
"""

from collections.abc import Mapping
from pathlib import Path

from bot.errors import SettingsError
from bot.settings.small_files import read_small_file, unreadable

SECRETS_DIR = "SECRETS_DIR"
_FOLDER = f"Name the folder with the files in {SECRETS_DIR}, and let the user that runs the bot read it."


def files_in(folder: str | None) -> Mapping[str, Path]:
    """What is in the folder, by names in lower case. Raises `SettingsError` if the folder cannot be read."""
    if folder is None:
        return {}
    try:
        return {path.name.lower(): path for path in sorted(Path(folder).expanduser().iterdir())}
    except (OSError, RuntimeError) as error:
        raise SettingsError(f"{SECRETS_DIR}: the folder {folder} cannot be read ({_why(error)}). {_FOLDER}") from None


def require_readable_files(folder: str | None, names: frozenset[str]) -> None:
    """Raises `SettingsError` with a line for each file with one of these names (in lower case) that cannot be read."""
    problems = []
    for name, path in files_in(folder).items():
        if name in names and (why := _why_not_read(path, Path(folder or ""))):
            problems.append(f"{SECRETS_DIR}: the file {path.name} {why}")
    if problems:
        raise SettingsError("\n".join(problems))


def _why_not_read(path: Path, folder: Path) -> str | None:
    try:
        read_small_file(path).decode("utf-8")
        inside = folder.expanduser().resolve() in path.resolve().parents
    except UnicodeDecodeError:
        return "is not text in UTF-8. Save it as UTF-8."
    except OSError as error:
        return unreadable(error)
    except RuntimeError:  # links in a circle
        return "is a link that leads nowhere. Put the file itself there."
    return None if inside else "is a link to a place outside of the folder; put the file itself there."


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
