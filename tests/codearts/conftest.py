"""A local CodeArts and a client of it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.codearts.client import CodeArts
from bot.codearts.credentials.key import Key
from bot.codearts.credentials.key_cache import KeyCache
from bot.playground.codearts.server import ACCESS_KEY, PROJECT_ID, SECRET_KEY, TENANT_ID, LocalCodeArts
from bot.redaction import redactor

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
        values |= changes
        key = Key(**{name: values.pop(name, None) for name in ("access_key", "secret_key", "security_token")})
        secrets = (each for each in (key.access_key, key.secret_key, key.security_token) if each)
        return CodeArts(keys=KeyCache.of(key), **{"redact": redactor(secrets, pieces=True), **values})

    return build


@pytest.fixture
async def codearts(cloud: LocalCodeArts, client_of: ClientOf) -> AsyncIterator[CodeArts]:
    async with client_of(cloud.base_url) as client:
        yield client
