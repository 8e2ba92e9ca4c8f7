"""To which installation a database belongs. Two installations that share one would do each other's work in the wrong cloud."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from bot.errors import SettingsError, TemporaryFailure
from bot.workflow.database import unusable
from bot.workflow.tables import INSTALLATION

_SECONDS_BETWEEN_LOOKS = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """`slack` is workspace and bot user, `cloud` the endpoint of CodeArts, `account` the account's id.

    None: not known (yet). The access key is not included, because keys change while the account stays the same.
    """

    slack: str | None
    cloud: str
    account: str | None


def claim(database: sa.Engine, ours: Installation) -> None:
    """Record that the database is ours, and whatever was unknown before. May be repeated.

    Raises `CannotStart`: `SettingsError` when it belongs to another installation.
    """
    mine = asdict(ours)
    try:
        with database.begin() as connection:
            values = {"id": 1, **mine}
            try_to_insert = (
                "INSERT INTO registry_bot_installation (id, slack, cloud, account) VALUES (:id, :slack, :cloud, :account) "
                "ON CONFLICT (id) DO NOTHING"
            )
            connection.execute(sa.text(try_to_insert), values)
            row = {**connection.execute(sa.select(INSTALLATION)).mappings().one()}
            _require_ours(row, mine)
            news = {name: each for name, each in mine.items() if each is not None and row[name] is None}
            if news:
                connection.execute(sa.update(INSTALLATION).values(news))
    except sa.exc.SQLAlchemyError as error:
        raise unusable(database, error) from None


def require_ours(database: sa.Engine, ours: Installation) -> None:
    """Check whether `claim` would succeed, without changing anything. Raises as it does."""
    try:
        with database.connect() as connection:
            if not sa.inspect(connection).has_table(INSTALLATION.name):
                return
            row = connection.execute(sa.select(INSTALLATION)).mappings().one_or_none()
    except sa.exc.SQLAlchemyError as error:
        raise unusable(database, error) from None
    if row is not None:
        _require_ours(row, asdict(ours))


def _require_ours(row: Mapping[Any, Any], mine: Mapping[str, str | None]) -> None:
    if any(each is not None and row[name] not in {None, each} for name, each in mine.items()):
        raise SettingsError(
            f"DATABASE_URL: this database belongs to another installation (Slack {row['slack'] or 'unknown'}, "
            f"{row['cloud']}, account {row['account'] or 'unknown'}). Give each its own; "
            "docs/operations/database.md says how to move one."
        )


class DatabaseClaim:
    """Claims the database for this installation. `ours` is called again until Slack has said who the bot is."""

    def __init__(self, database: sa.Engine, ours: Callable[[], Installation]) -> None:
        self._database = database
        self._ours = ours
        self.foreign = False

    async def settle(self) -> bool:
        """Claim the database; false if Slack's part is not known yet. Raises `SettingsError`, see `claim`."""
        ours = self._ours()
        await asyncio.to_thread(claim, self._database, ours)
        return ours.slack is not None

    async def settle_later(self) -> None:
        """Claim it once Slack's part is known. The bot is already serving, but accepts nothing into a foreign database."""
        while True:
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
            try:
                if self._ours().slack is not None and await self.settle():
                    return
            except TemporaryFailure:
                continue  # whose it is shows when it is back
            except SettingsError as error:
                logger.error("%s", error)  # noqa: TRY400  one line says it
                self.foreign = True
                return
