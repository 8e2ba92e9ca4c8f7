"""The ID token that an identity provider keeps current in a file, such as a projected token of Kubernetes."""

from pathlib import Path

from bot.codearts.credentials.answers import usable
from bot.codearts.credentials.key import NoKey
from bot.errors import NoCredentials

_LARGEST = 64 * 1024


def read_id_token(path: str) -> str:
    """The token that is in the file now. Raises `NoCredentials`."""
    try:
        with Path(path).open("rb") as file:
            token = file.read(_LARGEST).decode("ascii").strip()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not text"
    else:
        if usable(token):
            return token
        why = "no token in it"
    raise NoCredentials(NoKey.FILE_UNREADABLE, where=path, said=why)
