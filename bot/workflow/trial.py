"""A look at a database before anything runs on it: `registry-bot check`."""

import contextlib
import tempfile
from pathlib import Path

import sqlalchemy as sa

from bot.errors import SettingsError
from bot.workflow.database import open_database
from bot.workflow.schema import require_known_schema


def try_out(url: str) -> str:
    """Everything that the start asks of the database, without leaving anything; its address, without the password.

    Where there is no SQLite file yet, one beside its place is tried: whoever looks may be another user than the one that
    runs the bot, and would leave a file that the bot may not write. Raises `SettingsError`.
    """
    with contextlib.ExitStack() as stack:
        elsewhere = _beside(url, stack)
        engine = open_database(elsewhere or url)
        stack.callback(engine.dispose)
        require_known_schema(engine)
        where = sa.make_url(url) if elsewhere else engine.url
        return where.render_as_string(hide_password=True)


def _beside(url: str, stack: contextlib.ExitStack) -> str | None:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        return None
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    path = Path(str(parsed.database))
    if path.exists() or not path.parent.is_dir():
        return None
    try:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{path.name}-", dir=path.parent))
    except OSError as error:
        raise SettingsError(f"DATABASE_URL: no file can be made in its folder ({error.strerror}).") from None
    return parsed.set(database=str(Path(folder) / path.name)).render_as_string(hide_password=False)
