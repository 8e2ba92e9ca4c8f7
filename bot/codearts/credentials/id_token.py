"""The ID token that an identity provider keeps current in a file, such as a projected token of Kubernetes."""

from pathlib import Path

from bot.codearts.credentials.answers import usable
from bot.codearts.credentials.key import NoKey
from bot.errors import NoCredentials
from bot.settings.small_files import read_small_file
from bot.settings.values import cleaned


def read_id_token(path: str) -> str:
    """The token that is in the file now. Raises `NoCredentials`."""
    try:
        token = cleaned(read_small_file(Path(path).expanduser()).decode("utf-8-sig"))
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not text"
    else:
        if usable(token):
            return token
        why = "no token in it"
    raise NoCredentials(NoKey.FILE_UNREADABLE, where=path, said=why)
