"""(6) The calls to CodeArts Artifact. Each is one signed HTTP exchange, and a pure function interprets the answer."""

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import httpx

from bot.codearts.acceptance import Acceptance
from bot.codearts.classify import classify
from bot.codearts.credentials.key_cache import KeyCache
from bot.codearts.listing import Found, ListPage, Pages, docker_named, is_docker, read_page
from bot.codearts.signed import Signed, SignedAnswer
from bot.codearts.transport import Observe, build_client, checked_endpoint, nobody, timeouts, what_became
from bot.codearts.wire import HEADERS, REPOSITORIES_PATH, create_body, list_path, query_string
from bot.domain.outcomes import NotApplied, Reason
from bot.domain.registry import Attempt, Registry
from bot.errors import LookupFailed, NoCredentials
from bot.net.failures import reason_of
from bot.net.network import Network
from bot.net.sending import watched
from bot.redaction import Redact, distinct, redactor

__all__ = ["CodeArts", "Found"]

PAGE_SIZE = 100  # the API's largest (docs/facts/codearts.md section 5)
MAX_PAGES = 50  # of what is found for a name
MAX_PAGES_OF_ALL = 500  # 50,000 registries, of any format
# Nobody waits for the list of all registries, and it must not delay a form that is submitted meanwhile.
_BETWEEN_PAGES_SECONDS = 0.02

_CREATE_HEADERS = {"Content-Type": "application/json", **HEADERS}


class CodeArts:
    """One account of CodeArts Artifact, closed with its `keys` by `aclose` or `async with`.

    `endpoint` is a base URL (`bot.codearts.regions.endpoint_for`). `project_id` is the IAM project; look-ups need both
    `domain_id` (the account) and `codearts_project_id`. Timeouts are in seconds; `clock` returns seconds since the UTC
    epoch. `network` makes the connections. `redact` removes secrets from all text in answers. `acceptance` says whether the
    key is accepted. `observe` may be set, and is called for each call. The repr contains no secret. Raises SettingsError
    for an endpoint that is not an http(s) URL.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        keys: KeyCache,
        project_id: str | None = None,
        domain_id: str | None = None,
        codearts_project_id: str | None = None,
        connect_timeout: float = 5.0,
        read_timeout: float = 60.0,
        clock: Callable[[], float] = time.time,
        network: Network | None = None,
        redact: Redact | None = None,
    ) -> None:
        base = checked_endpoint(endpoint)
        self._create_url = httpx.URL(base + REPOSITORIES_PATH)
        self._list_url = (
            base + list_path(domain_id=domain_id, codearts_project_id=codearts_project_id)
            if domain_id and codearts_project_id
            else None
        )
        self._keys = keys
        self._redact = redact or redactor(pieces=True)
        self.observe: Observe = nobody
        network = network or Network()
        self._client = build_client(network, tls=network.uses_tls(base))
        self._extensions = {"timeout": timeouts(connect=connect_timeout, read=read_timeout)}
        # Longer than all steps of a regular call together, and than all pages of a regular list; it ends what trickles in
        # without end.
        self._deadline = connect_timeout + 2 * read_timeout
        self._signed = Signed(self._client, keys=keys, project_id=project_id, clock=clock, deadline=self._deadline)
        self.acceptance: Acceptance = self._signed.acceptance

    @property
    def view_id(self) -> str:
        """Identifies what the list call shows: the endpoint, the account and the CodeArts project."""
        return self._list_url or ""

    @property
    def caller(self) -> str:
        """A value that differs between users of the cloud and reveals nothing about their keys."""
        return self._keys.source.caller

    @property
    def can_look_up(self) -> bool:
        """Whether both ids that the list call needs are set."""
        return self._list_url is not None

    @property
    def host(self) -> str:
        """The host that is called."""
        return self._create_url.host

    def as_listed(self, description: str | None) -> str | None:
        """The description as look-ups show it, if CodeArts stores it unchanged."""
        return distinct(description, self._redact) if description else None

    async def create_registry(self, *, name: str, description: str | None) -> Attempt:
        """Send one create call for a Docker registry and return its result.

        Never repeats the call, and returns every failure instead of raising it. A call that was certainly not sent is
        NotApplied, even if this client is already closed.
        """
        began = time.monotonic()
        attempt = await self._create(name=name, description=description)
        self.observe("create", attempt.kind, time.monotonic() - began)
        return attempt

    async def _create(self, *, name: str, description: str | None) -> Attempt:
        if self._client.is_closed:
            return NotApplied(code=Reason.SHUTTING_DOWN)
        with watched() as sending:
            try:
                request = httpx.Request(
                    "POST",
                    self._create_url,
                    headers=_CREATE_HEADERS,
                    content=create_body(name=name, description=description),
                    extensions=self._extensions,
                )
                answer = await self._signed.exchange(request)
            except NoCredentials:
                return NotApplied(code=Reason.NO_KEY)
            except Exception as error:  # noqa: BLE001 - where it happened decides, whatever it is
                return what_became(error, sending)
        attempt = classify(answer.response.status_code, answer.response.headers, answer.body, self._redact)
        self._signed.note_attempt(answer, attempt)
        return attempt

    async def list_registries(self, *, qname: str, in_recycle_bin: bool = False) -> list[Registry]:
        """Every registry, of any format, that the API finds for the search text `qname` (1-50 characters), on all pages.

        Raises LookupFailed if the answer is incomplete or unreadable, or `can_look_up` is false.
        """
        found = await self._list(qname=qname, in_recycle_bin=in_recycle_bin)
        return [each.registry for each in found]

    async def docker_names(self) -> list[str]:
        """The names of all Docker registries in use. Raises LookupFailed as `list_registries` does."""
        found = await self._list(qname=None, in_recycle_bin=False)
        return [each.registry.name for each in found if is_docker(each.registry)]

    async def find_all(self, name: str, *, in_recycle_bin: bool = False) -> list[Found]:
        """The Docker registries named `name`, ignoring case, in the live list or in the recycle bin.

        `registry.status` is `active` for one in use; others (`disabled`, `view`, empty) are also in the live list. Raises
        LookupFailed as `list_registries` does.
        """
        return docker_named(await self._list(qname=name, in_recycle_bin=in_recycle_bin), name)

    async def aclose(self) -> None:
        """Close the connections. Calls in progress fail."""
        await self._client.aclose()
        await self._keys.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _list(self, *, qname: str | None, in_recycle_bin: bool) -> list[Found]:
        began, result = time.monotonic(), "failed"
        try:
            async with asyncio.timeout(self._deadline):
                found = await self._all_pages(qname=qname, in_recycle_bin=in_recycle_bin)
            result = "read"
            return found  # noqa: TRY300  what is raised below may not hang on to an error that holds the request
        except TimeoutError:
            pass
        finally:
            self.observe("list", result, time.monotonic() - began)
        raise LookupFailed(Reason.NO_ANSWER)

    async def _all_pages(self, *, qname: str | None, in_recycle_bin: bool) -> list[Found]:
        pages = Pages(PAGE_SIZE)
        for page_no in range(1, (MAX_PAGES_OF_ALL if qname is None else MAX_PAGES) + 1):
            if pages.add(await self._page(qname=qname, in_recycle_bin=in_recycle_bin, page_no=page_no)):
                return pages.found
            await asyncio.sleep(_BETWEEN_PAGES_SECONDS if qname is None else 0)
        raise LookupFailed(Reason.LIST_TOO_LONG, trace_id=pages.trace_id)

    async def _page(self, *, qname: str | None, in_recycle_bin: bool, page_no: int) -> ListPage:
        if self._list_url is None:
            raise LookupFailed(Reason.LIST_IDS_MISSING)
        asked: dict[str, str | int] = {"page_no": page_no, "page_size": PAGE_SIZE, "is_recycle_bin": in_recycle_bin}
        if qname is not None:
            asked["qname"] = qname
        try:
            url = f"{self._list_url}?{query_string(asked)}"
            request = httpx.Request("GET", url, headers=HEADERS, extensions=self._extensions)
            answer = await self._signed.exchange(request)
        except NoCredentials:
            code = Reason.NO_KEY
        except Exception as error:  # noqa: BLE001 - whatever failed, nothing is known about what exists
            code = reason_of(error)
        else:
            return self._read(answer, outline=qname is None)
        # Raised outside the handler, because the error underneath holds the signed request.
        raise LookupFailed(code)

    def _read(self, answer: SignedAnswer, *, outline: bool) -> ListPage:
        status, headers = answer.response.status_code, answer.response.headers
        try:
            page = read_page(status, headers, answer.body, self._redact, outline=outline)
        except LookupFailed as failure:
            self._signed.note_look_up(answer, failure)
            raise
        self._signed.note_look_up(answer, None)
        return page
