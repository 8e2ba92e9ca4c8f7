"""Unsigned calls to the services that issue keys: made once each, within seconds, under the policy of `net.network`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from bot.codearts.answers import Document, error_details, header_fields, json_object
from bot.codearts.credentials.key import NoKey
from bot.codearts.transport import build_client, exchange, timeouts
from bot.errors import NoCredentials
from bot.net.failure_codes import failure_code
from bot.net.network import Network
from bot.redaction import redactor

_HEADERS = {"User-Agent": "registry-bot", "Accept": "application/json", "Accept-Encoding": "identity"}
_JSON = {"Content-Type": "application/json;charset=UTF-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAnswer:
    """The answer. `headers`: names in lower case. `document`: the JSON object of the body. `text`: a short body."""

    status: int
    headers: Mapping[str, str]
    document: Document | None
    text: str

    @property
    def succeeded(self) -> bool:
        """Whether its status is 2xx."""
        return self.status // 100 == 2


class Calls:
    """Calls to one service. `url` is its base; `seconds` is how long a call may take."""

    def __init__(self, url: str, *, network: Network, seconds: float) -> None:
        self.url = url.rstrip("/")
        self._seconds = seconds
        self._extensions = {"timeout": timeouts(connect=seconds / 2, read=seconds)}
        self._client = build_client(network, tls=network.uses_tls(url))

    async def call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: object = None
    ) -> ServiceAnswer:
        """Send it once and read the answer. Raises `NoCredentials` if there is none."""
        sent = {**_HEADERS, **(_JSON if body is not None else {}), **(headers or {})}
        content = b"" if body is None else json.dumps(body).encode()
        try:
            request = httpx.Request(
                method, f"{self.url}{path}", headers=sent, content=content, extensions=self._extensions
            )
            response, raw = await exchange(self._client, request, auth=httpx.Auth(), deadline=self._seconds)
        except Exception as error:  # noqa: BLE001  there is no key, for whatever reason
            code = failure_code(error)
        else:
            fields = header_fields(response.headers)
            text = raw.decode("utf-8", "replace") if len(raw) <= 4096 else ""
            return ServiceAnswer(status=response.status_code, headers=fields, document=json_object(raw), text=text)
        # Raised outside the handler, because the original error contains the request.
        raise NoCredentials(code, where=self.url)

    def refused(self, answer: ServiceAnswer, *, hide: list[str]) -> NoCredentials:
        """The error for an answer without a key. `hide`: secrets that were sent, which the answer may repeat."""
        busy = answer.status >= 500 or answer.status == 429
        unclear = answer.succeeded or answer.status // 100 == 3
        code = NoKey.BUSY if busy else NoKey.UNREADABLE if unclear else NoKey.REFUSED
        details = error_details(answer.document, redactor(hide, pieces=True))
        said = details.code or f"http_{answer.status}"
        return NoCredentials(code, where=self.url, said=said, message=details.message, status=answer.status)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()
