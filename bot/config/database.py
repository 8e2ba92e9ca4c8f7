"""The settings of the database, which are all that the commands for the ledger need."""

from urllib.parse import quote

from pydantic import Field

from bot.settings.database_url import DatabaseUrl
from bot.settings.fields import DatabaseAddress
from bot.settings.reading import CheckedSettings


class DatabaseSettings(CheckedSettings):
    """The settings for reading or migrating the ledger."""

    database_url: DatabaseAddress = Field(
        "sqlite:///registry-bot.sqlite3",
        repr=False,
        validation_alias="DATABASE_URL",
        description="sqlite:///file, or postgresql://… for several replicas",
    )

    @property
    def secrets(self) -> list[str]:
        """Every value that must never be logged, including the database's passwords."""
        of_database = DatabaseUrl.parse(self.database_url).secrets
        return [*super().secrets, *of_database, *(quote(secret, safe="") for secret in of_database)]
