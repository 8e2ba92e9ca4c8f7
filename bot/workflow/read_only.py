"""Read-only access to the ledger, for a command that runs while the bot does."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from bot.errors import LedgerUnavailable, SettingsError, TemporaryFailure
from bot.ledger import schema
from bot.ledger.ledger import Ledger
from bot.settings.database_url import DatabaseUrl
from bot.workflow import standing_still
from bot.workflow.database import DEAD_PEER, unusable
from bot.workflow.database_address import for_sqlalchemy
from bot.workflow.standing_still import Why

_NO_LEDGER = (
    "DATABASE_URL: {database} has no ledger of this version yet. Start the bot once, or run `registry-bot migrate`."
)
_NO_FILE = "Start the bot once; if it runs already, use this command in its directory and with its settings."


@contextlib.contextmanager
def ledger_of(url: str) -> Iterator[Ledger]:
    """The ledger of this database. Raises `CannotStart`."""
    engine = open_to_read(url)
    try:
        try:
            with engine.connect() as connection:
                found = schema.version(connection)
        except sa.exc.SQLAlchemyError as error:
            raise unusable(engine, error) from None
        if found != schema.HEAD:
            raise SettingsError(_NO_LEDGER.format(database=DatabaseUrl.parse(url)))
        yield Ledger(engine)
    except LedgerUnavailable as error:
        raise TemporaryFailure(f"DATABASE_URL: {DatabaseUrl.parse(url)} does not answer any more ({error}).") from None
    finally:
        engine.dispose()


def standing_still_of(url: str) -> dict[str, Why]:
    """The ids of the stuck requests. Raises `CannotStart`."""
    engine = open_to_read(url)
    try:
        return standing_still.find(engine)
    except sa.exc.SQLAlchemyError as error:
        raise unusable(engine, error) from None
    finally:
        engine.dispose()


def open_to_read(url: str) -> sa.Engine:
    """A read-only engine. Raises `CannotStart`."""
    address = DatabaseUrl.parse(url)
    if address.kind == "postgresql":
        options = {**DEAD_PEER, "options": "-c default_transaction_read_only=on"}
        target = for_sqlalchemy(address).set(drivername="postgresql+psycopg")
        return sa.create_engine(target, hide_parameters=True, connect_args=options)
    file = Path(address.database).resolve()
    if not file.exists():
        raise SettingsError(f"DATABASE_URL: {address} is not there. {_NO_FILE}")
    # https://www.sqlite.org/uri.html
    target = sa.URL.create("sqlite", database=file.as_uri(), query={"mode": "ro", "uri": "true"})
    return sa.create_engine(target, hide_parameters=True)
