"""What several scenarios need: a PostgreSQL database, and something between the bot and it."""

from collections.abc import Iterator

import pytest

from tests.support.proxy import Proxy


@pytest.fixture
def database(postgres_url: str) -> str:
    """The value for DATABASE_URL; a scenario for both kinds of databases has a fixture of its own by this name."""
    return postgres_url


@pytest.fixture
def proxy(database: str) -> Iterator[Proxy]:
    """Stands before the database."""
    with Proxy(database) as proxy:
        yield proxy
