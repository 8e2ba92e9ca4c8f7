"""Assumes an agency at STS with an ID token (docs/facts/codearts.md section 0).

The token is read again for each call, because Kubernetes replaces it in its file.
"""

import asyncio
import hashlib

from bot.codearts.credentials.answers import temporary_key
from bot.codearts.credentials.calls import Calls
from bot.codearts.credentials.id_token import read_id_token
from bot.codearts.credentials.key import Key
from bot.domain.credentials import Way
from bot.net.network import Network
from bot.redaction import add_secrets

_PATH = "/v5/agencies/assume-with-oidc"
_SESSION_NAME = "registry-bot"
_DURATION_SECONDS = 3600
_SECONDS = 10.0

# https://sts.<region>.myhuaweicloud.com exists for these; all others use that of cn-north-4.
_REGIONS = frozenset(
    {
        "af-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "cn-east-3",
        "cn-north-4",
        "cn-south-1",
        "cn-southwest-2",
        "la-south-2",
        "sa-brazil-1",
        "tr-west-1",
    }
)


def sts_of(region: str) -> str:
    """The base URL of STS for a region."""
    return f"https://sts.{region if region in _REGIONS else 'cn-north-4'}.myhuaweicloud.com"


class OidcKey:
    """See `Source`. `provider` and `agency` are URNs."""

    way = Way.OIDC
    renewable = True

    def __init__(self, *, url: str, network: Network, provider: str, agency: str, id_token_file: str) -> None:
        self._calls = Calls(url, network=network, seconds=_SECONDS)
        self._provider, self._agency, self._file = provider, agency, id_token_file
        self.caller = hashlib.sha256(agency.encode()).hexdigest()[:16]

    async def fetch(self) -> Key:
        """Fetch the agency's key, which is valid for an hour."""
        id_token = await asyncio.to_thread(read_id_token, self._file)
        add_secrets([id_token])
        asked = {
            "provider_urn": self._provider,
            "agency_urn": self._agency,
            "agency_session_name": _SESSION_NAME,
            "id_token": id_token,
            "duration_seconds": _DURATION_SECONDS,
        }
        answer = await self._calls.call("POST", _PATH, body=asked)
        key = temporary_key(answer.document) if answer.succeeded else None
        if key is None:
            raise self._calls.refused(answer, hide=[id_token])
        return key

    async def aclose(self) -> None:
        """Close the connections."""
        await self._calls.aclose()
