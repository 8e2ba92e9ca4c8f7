"""Tries out a database before the bot uses it, for `registry-bot check`."""

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SettingsError
from bot.settings.database_url import DatabaseUrl
from bot.workflow.database import open_database
from bot.workflow.database_address import shown
from bot.workflow.installation import Installation, require_ours
from bot.workflow.ownership import is_held
from bot.workflow.schema import require_known_schema
from bot.workflow.tables import try_to_prepare


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A usable database: its scheme, hosts and name; `held`: a living process has our executor id."""

    where: str
    held: bool


def try_out(url: str, *, ours: Installation, executor_id: str | None) -> Trial:
    """Try everything that the start does with the database, and leave nothing behind. Raises `CannotStart`.

    If there is no SQLite file yet, one beside its place is tried: `check` may run as another user than the bot, and would
    leave a file that the bot cannot write.
    """
    with contextlib.ExitStack() as stack:
        elsewhere = _beside(url, stack)
        engine = open_database(elsewhere or url)
        stack.callback(engine.dispose)
        require_known_schema(engine)
        try_to_prepare(engine)
        require_ours(engine, ours)
        where = str(DatabaseUrl.parse(url)) if elsewhere else shown(engine)
        return Trial(where=where, held=executor_id is not None and is_held(engine, executor_id))


def _beside(url: str, stack: contextlib.ExitStack) -> str | None:
    address = DatabaseUrl.parse(url)
    if address.kind != "sqlite":
        return None
    try:
        path = Path(address.database).resolve()
        if path.exists() or not path.parent.is_dir():
            return None
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{path.name}-", dir=path.parent))
    except OSError as error:
        raise SettingsError(f"DATABASE_URL: no file can be made in its folder ({error.strerror}).") from None
    return f"sqlite:///{Path(folder) / path.name}"
