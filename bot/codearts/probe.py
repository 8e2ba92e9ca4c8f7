"""Signed, read-only queries to Huawei Cloud about the account, for `registry-bot check`.

They tell which account a key belongs to, which CodeArts projects there are, and what the list of registries answers
(docs/facts/codearts.md sections 0 and 3f).
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx

from bot.codearts.answers import Document, any_trace_id, claims_error, error_details, header_fields, json_object
from bot.codearts.auth import Signer
from bot.codearts.credentials.key_cache import KeyCache
from bot.codearts.transport import build_client, exchange, timeouts
from bot.codearts.wire import HEADERS
from bot.net.failure_codes import failure_code
from bot.net.network import Network
from bot.redaction import Redact

_SECONDS = 10.0
_CONNECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeAnswer:
    """The answer. `failure`: how the call failed (a code of `net.failure_codes`); then all else is empty.

    `document`: the JSON object of the answer. `code` and `message` are the service's, redacted. `dated`: the service's time,
    in seconds since the UTC epoch.
    """

    failure: str | None = None
    status: int = 0
    document: Document | None = None
    code: str = ""
    message: str = ""
    trace_id: str = ""
    dated: float | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the query succeeded."""
        return self.document is not None and self.status // 100 == 2 and not claims_error(self.document)

    def rows(self, key: str) -> Iterator[Mapping[str, Any]]:
        """The objects in a list of the answer."""
        found = self.document.get(key) if self.document else None
        return (row for row in found if isinstance(row, dict)) if isinstance(found, list) else iter(())


class Probe:
    """Queries with one access key, over one pool of connections; closed with its `keys` by `async with`."""

    def __init__(
        self,
        *,
        keys: KeyCache,
        project_id: str | None,
        network: Network,
        redact: Redact,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.keys = keys
        self._project_id = project_id
        self._clock = clock
        self._redact = redact
        self._client = build_client(network, tls=True)

    async def get(self, url: str, *, in_project: bool = False) -> ProbeAnswer:
        """Send one query, for ten seconds at most. `in_project`: name the IAM project, as the bot's calls do. Never raises."""
        extensions = {"timeout": timeouts(connect=_CONNECT_SECONDS, read=_SECONDS)}
        project_id = self._project_id if in_project else None
        try:
            request = httpx.Request("GET", url, headers=HEADERS, extensions=extensions)
            signer = Signer(key=await self.keys.current(), project_id=project_id, clock=self._clock)
            response, body = await exchange(self._client, request, auth=signer, deadline=_SECONDS)
        except Exception as error:  # noqa: BLE001  the report says it, whatever it is
            return ProbeAnswer(failure=failure_code(error))
        document, headers = json_object(body), header_fields(response.headers)
        details = error_details(document, self._redact)
        return ProbeAnswer(
            status=response.status_code,
            document=document,
            code=details.code or "",
            message=details.message or "",
            trace_id=any_trace_id(document, headers, self._redact) or "",
            dated=dated(headers.get("date")),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()
        await self.keys.aclose()


def dated(header: object) -> float | None:
    """The time in a `Date` header, in seconds since the UTC epoch."""
    try:
        return parsedate_to_datetime(str(header)).timestamp()
    except (TypeError, ValueError):
        return None
