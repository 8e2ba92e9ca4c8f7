"""What the runs need besides the bot."""

import os

import pytest

from tests.chaos import databases


@pytest.fixture
def postgres() -> None:
    """Skips with the reason where no PostgreSQL answers; fails where one is required."""
    reason = databases.why_no_postgres()
    if reason is not None and os.environ.get("REQUIRE_POSTGRES") == "1":
        pytest.fail(reason)
    if reason is not None:
        pytest.skip(reason)
