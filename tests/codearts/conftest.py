"""A local CodeArts and a client of it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.codearts.client import CodeArts
from bot.playground.codearts.server import ACCESS_KEY, PROJECT_ID, SECRET_KEY, TENANT_ID, LocalCodeArts

ClientOf = Callable[..., CodeArts]


@pytest.fixture
async def cloud() -> AsyncIterator[LocalCodeArts]:
    async with LocalCodeArts() as server:
        yield server


@pytest.fixture
def client_of() -> ClientOf:
    """Builds a client of an endpoint, by default with the playground's credentials and long timeouts."""

    def build(endpoint: str, **changes: Any) -> CodeArts:
        values: dict[str, Any] = {
            "endpoint": endpoint,
            "access_key": ACCESS_KEY,
            "secret_key": SECRET_KEY,
            "domain_id": TENANT_ID,
            "codearts_project_id": PROJECT_ID,
            "connect_timeout": 10.0,
            "read_timeout": 10.0,
        }
        return CodeArts(**(values | changes))

    return build


@pytest.fixture
async def codearts(cloud: LocalCodeArts, client_of: ClientOf) -> AsyncIterator[CodeArts]:
    async with client_of(cloud.base_url) as client:
        yield client
