"""A ledger in either database, and requests to write into it."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.workflow.database import open_database
from bot.workflow.tables import prepare


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    """With a ledger in it."""
    engine = open_database(url)
    prepare(engine)
    yield engine
    engine.dispose()
