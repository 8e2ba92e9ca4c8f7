"""A user of an identity provider that IAM trusts: exchanges an ID token for IAM's token, and that for a key (section 3e)."""

import asyncio
import hashlib

from bot.codearts.credentials.answers import temporary_key, usable
from bot.codearts.credentials.calls import Calls
from bot.codearts.credentials.id_token import read_id_token
from bot.codearts.credentials.key import Key
from bot.domain.credentials import Way
from bot.net.network import Network
from bot.redaction import add_secrets

_TOKENS, _KEYS = "/v3.0/OS-AUTH/id-token/tokens", "/v3.0/OS-CREDENTIAL/securitytokens"
_DURATION_SECONDS = 6 * 60 * 60
_SECONDS = 10.0


class IdentityProviderKey:
    """See `Source`."""

    way = Way.IDENTITY_PROVIDER
    renewable = True

    def __init__(self, *, url: str, network: Network, idp_id: str, id_token_file: str) -> None:
        self._calls = Calls(url, network=network, seconds=_SECONDS)
        self._idp_id, self._file = idp_id, id_token_file
        self.caller = hashlib.sha256(idp_id.encode()).hexdigest()[:16]

    async def fetch(self) -> Key:
        """Fetch a key, which is valid for six hours."""
        id_token = await asyncio.to_thread(read_id_token, self._file)
        add_secrets([id_token])
        asked = {"auth": {"id_token": {"id": id_token}}}
        answer = await self._calls.call("POST", _TOKENS, headers={"X-Idp-Id": self._idp_id}, body=asked)
        token = answer.headers.get("x-subject-token")
        if not answer.succeeded or token is None or not usable(token):
            raise self._calls.refused(answer, hide=[id_token])
        add_secrets([token])
        identity = {"methods": ["token"], "token": {"id": token, "duration_seconds": _DURATION_SECONDS}}
        answer = await self._calls.call("POST", _KEYS, body={"auth": {"identity": identity}})
        key = temporary_key(answer.document) if answer.succeeded else None
        if key is None:
            raise self._calls.refused(answer, hide=[id_token, token])
        return key

    async def aclose(self) -> None:
        """Close the connections."""
        await self._calls.aclose()
