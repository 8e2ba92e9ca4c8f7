"""(6) The calls to CodeArts Artifact. Each is one signed HTTP exchange whose answer a pure function judges."""

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import httpx
from aiohttp.abc import AbstractResolver

from bot.codearts.auth import Signer
from bot.codearts.classify import classify
from bot.codearts.listing import Found, Page, best_match, read_page
from bot.codearts.transport import build_client, chunks, never_sent, timeouts, trouble
from bot.codearts.wire import REPOSITORIES_PATH, create_body, list_path, query_string
from bot.errors import LookupFailed, SettingsError
from bot.registry.models import Attempt, NotApplied, Registry, Unconfirmed

__all__ = ["CodeArts", "Found"]

PAGE_SIZE = 100  # the API's largest (docs/facts/codearts.md section 5)
MAX_PAGES = 50
MAX_ANSWER = 4 * 1024 * 1024  # bytes; a full page is about 100 kB

_HEADERS = {"User-Agent": "registry-bot", "Accept": "application/json", "Accept-Encoding": "identity"}
_CREATE_HEADERS = {"Content-Type": "application/json", **_HEADERS}


class CodeArts:
    """One account of CodeArts Artifact. Built from plain values, closed by `aclose` or `async with`.

    `endpoint` is a base URL (`bot.codearts.regions.endpoint_for`). `project_id` is the IAM project; `domain_id` (account)
    and `codearts_project_id` together make look-ups possible. Timeouts are in seconds; `clock` gives seconds since the UTC
    epoch. `proxy` is the URL of an HTTP proxy, `resolver` finds addresses. No secret shows in the repr. Raises
    SettingsError for an endpoint that is no http(s) URL.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        access_key: str,
        secret_key: str,
        security_token: str | None = None,
        project_id: str | None = None,
        domain_id: str | None = None,
        codearts_project_id: str | None = None,
        connect_timeout: float = 5.0,
        read_timeout: float = 60.0,
        clock: Callable[[], float] = time.time,
        proxy: str | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        base = _checked(endpoint)
        self._create_url = httpx.URL(base + REPOSITORIES_PATH)
        self._list_url = (
            base + list_path(domain_id=domain_id, codearts_project_id=codearts_project_id)
            if domain_id and codearts_project_id
            else None
        )
        self._signer = Signer(
            access_key=access_key,
            secret_key=secret_key,
            security_token=security_token,
            project_id=project_id,
            clock=clock,
        )
        tls = "https" in {httpx.URL(address).scheme for address in (base, proxy or "")}
        self._client = build_client(tls=tls, proxy=proxy, resolver=resolver)
        self._extensions = {"timeout": timeouts(connect=connect_timeout, read=read_timeout)}
        # Longer than every step of an honest call together; it ends an answer that drips for ever.
        self._deadline = connect_timeout + 2 * read_timeout

    @property
    def can_look_up(self) -> bool:
        """Whether both ids that the list call needs are known."""
        return self._list_url is not None

    async def create_registry(self, *, name: str, description: str | None) -> Attempt:
        """Ask once for a Docker registry and say what became of it.

        Never repeats the call and never raises for trouble. What was certainly not sent is NotApplied with the code
        `unreachable`, also when this client is closed already.
        """
        if self._client.is_closed:
            return NotApplied(code="unreachable", reason="The bot is shutting down.")
        request = httpx.Request(
            "POST",
            self._create_url,
            headers=_CREATE_HEADERS,
            content=create_body(name=name, description=description),
            extensions=self._extensions,
        )
        try:
            response, body = await self._exchange(request)
        except Exception as error:  # noqa: BLE001 - whatever breaks after sending must end as unconfirmed, not as a crash
            if never_sent(error):
                return NotApplied(code="unreachable", reason=trouble(error))
            return Unconfirmed(reason=trouble(error))
        return classify(response.status_code, response.headers, body)

    async def list_registries(self, *, qname: str, in_recycle_bin: bool = False) -> list[Registry]:
        """Every registry, of any format, that the API finds for the search text `qname` (1-50 characters), all pages.

        Raises LookupFailed for anything that is not a complete answer, and when `can_look_up` is false.
        """
        found = await self._list(qname=qname, in_recycle_bin=in_recycle_bin)
        return [each.registry for each in found]

    async def find(self, name: str, *, also_trashed: bool = True) -> Found | None:
        """The Docker registry named exactly `name`, or None when it is surely absent.

        The live list is asked first, then (with `also_trashed`) the recycle bin; `registry.status` tells which: `active`
        is in use, `trash` and `delete` are not, others (`disabled`, `view`, empty) stand in the live list. Raises
        LookupFailed as `list_registries` does.
        """
        live = best_match(await self._list(qname=name, in_recycle_bin=False), name)
        if live or not also_trashed:
            return live
        return best_match(await self._list(qname=name, in_recycle_bin=True), name)

    async def aclose(self) -> None:
        """Close the connections. Calls under way break off."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _list(self, *, qname: str, in_recycle_bin: bool) -> list[Found]:
        found: list[Found] = []
        seen: set[str] = set()
        trace_id: str | None = None
        for page_no in range(1, MAX_PAGES + 1):
            page = await self._page(qname=qname, in_recycle_bin=in_recycle_bin, page_no=page_no)
            found += page.found
            if _is_last(page, len(found)):
                return found
            ids = {each.registry.id for each in page.found}
            trace_id = page.trace_id
            if ids <= seen:
                raise LookupFailed("The list call promises more registries than it shows.", trace_id=trace_id)
            seen |= ids
        raise LookupFailed(f"The list call has more than {MAX_PAGES} pages.", trace_id=trace_id)

    async def _page(self, *, qname: str, in_recycle_bin: bool, page_no: int) -> Page:
        if self._list_url is None:
            raise LookupFailed("HUAWEICLOUD_SDK_DOMAIN_ID and CODEARTS_PROJECT_ID are not both set.")
        query = query_string(
            {"page_no": page_no, "page_size": PAGE_SIZE, "qname": qname, "is_recycle_bin": in_recycle_bin}
        )
        request = httpx.Request("GET", f"{self._list_url}?{query}", headers=_HEADERS, extensions=self._extensions)
        try:
            response, body = await self._exchange(request)
        except Exception as error:  # noqa: BLE001 - whatever breaks, nothing was learnt
            broken = trouble(error)
        else:
            return read_page(response.status_code, response.headers, body)
        # Raised outside the handler: the error underneath holds the signed request.
        raise LookupFailed(broken)

    async def _exchange(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        """Send once and read the whole answer.

        Raises whatever the transport raises, TimeoutError, or httpx.ReadError for an answer over MAX_ANSWER.
        """
        async with asyncio.timeout(self._deadline):
            response = await self._client.send(request, auth=self._signer, stream=True)
            try:
                body = bytearray()
                async for chunk in chunks(response):
                    body += chunk
                    if len(body) > MAX_ANSWER:
                        raise httpx.ReadError("The answer is larger than any of CodeArts.")
            finally:
                await response.aclose()
        return response, bytes(body)


def _is_last(page: Page, count: int) -> bool:
    return len(page.found) < PAGE_SIZE if page.total is None else count >= page.total


def _checked(endpoint: str) -> str:
    try:
        url = httpx.URL(endpoint)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment or url.userinfo:
        # Not quoted: a URL may hold a password.
        raise SettingsError("CODEARTS_ENDPOINT is no plain URL; write one such as https://artifact.example.com")
    return endpoint.rstrip("/")
