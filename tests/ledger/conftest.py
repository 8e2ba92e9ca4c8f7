"""A ledger in either database, and requests to write into it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.workflow.database import open_database
from bot.workflow.tables import prepare
from tests.support.postgres import scratch_database


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bot.sqlite3'}"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    with scratch_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Of either database."""
    found: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    return found


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    """With a ledger in it."""
    engine = open_database(url)
    prepare(engine)
    yield engine
    engine.dispose()
