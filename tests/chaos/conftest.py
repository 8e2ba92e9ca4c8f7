"""What the runs need besides the bot."""

import pytest

from tests.support.postgres import need_postgres


@pytest.fixture
def postgres() -> None:
    """Skips with the reason where no PostgreSQL answers; fails where one is required."""
    need_postgres()
