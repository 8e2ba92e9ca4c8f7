"""The key of the ECS's agency, from the metadata service (docs/facts/codearts.md section 3e)."""

from http import HTTPStatus

from bot.codearts.credentials.answers import temporary_key, usable
from bot.codearts.credentials.calls import Calls, ServiceAnswer
from bot.codearts.credentials.key import Key, NoKey
from bot.domain.credentials import Way
from bot.errors import NoCredentials
from bot.net.network import Network

METADATA = "http://169.254.169.254"
_TOKEN, _KEY = "/meta-data/latest/api/token", "/openstack/latest/securitykey"
_TOKEN_SECONDS = 6 * 60 * 60
_WITHOUT_TOKENS = frozenset(
    {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.SERVICE_UNAVAILABLE}
)  # the older kind of the service
_NO_AGENCY = "configure cloud service agency"
_SECONDS = 3.0  # it is on the same machine


class EcsKey:
    """See `Source`. The metadata service is called directly, even if the settings name a proxy."""

    way = Way.ECS
    caller = "ecs"
    renewable = True

    def __init__(self) -> None:
        self._calls = Calls(METADATA, network=Network(), seconds=_SECONDS)

    async def fetch(self) -> Key:
        """Fetch the agency's key. A token is requested each time, because this is about one call an hour."""
        token = await self._token()
        answer = await self._calls.call("GET", _KEY, headers={"X-Metadata-Token": token} if token else {})
        key = temporary_key(answer.document) if answer.succeeded else None
        if key is None:
            raise self._none(answer, token)
        return key

    async def _token(self) -> str | None:
        """The token that newer services require; None if this one has none."""
        ttl = {"X-Metadata-Token-Ttl-Seconds": str(_TOKEN_SECONDS)}
        answer = await self._calls.call("PUT", _TOKEN, headers=ttl)
        if answer.succeeded and usable(answer.text.strip()):
            return answer.text.strip()
        if answer.status in _WITHOUT_TOKENS:
            return None
        raise self._calls.refused(answer, hide=[])

    def _none(self, answer: ServiceAnswer, token: str | None) -> NoCredentials:
        if _NO_AGENCY in answer.text.lower():
            return NoCredentials(NoKey.NO_AGENCY, where=METADATA, status=answer.status)
        return self._calls.refused(answer, hide=[token] if token else [])

    async def aclose(self) -> None:
        """Close the connections."""
        await self._calls.aclose()
