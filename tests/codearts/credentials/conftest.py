"""Who gives out keys, and the sources that ask them."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.codearts.credentials.ecs import EcsKey
from bot.codearts.credentials.identity_provider import IdentityProviderKey
from bot.codearts.credentials.key import Source
from bot.codearts.credentials.oidc import OidcKey
from bot.net.network import Network
from bot.playground.codearts.key_givers import ID_TOKEN, LocalKeyGivers
from bot.playground.codearts.server import LocalCodeArts
from tests.support.link_local import lead_metadata_to

PROVIDER, AGENCY = "iam::a:oidc-provider:k8s", "iam::a:agency:registry-bot"


@pytest.fixture
async def givers(cloud: LocalCodeArts, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LocalKeyGivers]:
    monkeypatch.setattr(socket.socket, "connect", socket.socket.connect)  # put back at the end
    async with LocalKeyGivers(cloud) as server:
        lead_metadata_to(int(server.base_url.rpartition(":")[2]))
        yield server


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(f"{ID_TOKEN}\n")
    return path


@pytest.fixture(params=["ecs", "oidc", "identity_provider"])
async def source(request: pytest.FixtureRequest, givers: LocalKeyGivers, token_file: Path) -> AsyncIterator[Source]:
    url, network = givers.base_url, Network()
    made: Source
    match request.param:
        case "ecs":
            made = EcsKey()
        case "oidc":
            made = OidcKey(url=url, network=network, provider=PROVIDER, agency=AGENCY, id_token_file=str(token_file))
        case _:
            made = IdentityProviderKey(url=url, network=network, idp_id="k8s", id_token_file=str(token_file))
    yield made
    await made.aclose()
