"""The local CodeArts Artifact: creates and lists Docker registries, checks signatures, remembers everything.

Its answers follow docs/facts/codearts.md sections 1, 2, 3 and 5. What the vendor does not specify is a constructor parameter
(the answer to a taken name, the delay until a new registry is listed).
"""

import asyncio
import itertools
import time
from collections.abc import Callable
from typing import Literal

from aiohttp import web

from bot.playground.codearts.account import OPERATIONS, Account
from bot.playground.codearts.answers import (
    complaint_about,
    gateway_error,
    json_object,
    service_error,
    success,
    whole_number,
)
from bot.playground.codearts.key_ring import KeyRing
from bot.playground.codearts.records import REGION, CloudCall, LocalRegistry, arrived
from bot.playground.codearts.signature import Keys
from bot.playground.serving import LARGEST_BODY, Answer, LocalServer

CREATE_PATH = "/cloudartifact/v5/repositories"
ACCESS_KEY = "AKLOCALPLAYGROUND"
SECRET_KEY = "local-playground-secret-key"  # noqa: S105 - opens nothing but this server
TENANT_ID = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
PROJECT_ID = "fedcba9876543210fedcba9876543210"
IAM_PROJECT_ID = "00112233445566778899aabbccddeeff"

_LONGEST_QNAME = 50
_LARGEST_PAGE = 100


class LocalCodeArts(LocalServer):
    """One tenant's CodeArts Artifact on loopback.

    `clock` gives seconds since the epoch; `latency` is the pause (seconds) before each call is checked, `list_delay` the
    time (seconds) until a new registry appears in lists; with `lands_elsewhere` new registries are created in another
    CodeArts project, so they never appear. Faults use the operations "create", "list" (with a search text), "list_all"
    (without), and those of `account`.
    """

    def __init__(
        self,
        *,
        access_key: str = ACCESS_KEY,
        secret_key: str = SECRET_KEY,
        security_token: str | None = None,
        tenant_id: str = TENANT_ID,
        project_id: str = PROJECT_ID,
        clock: Callable[[], float] = time.time,
        latency: float = 0.0,
        list_delay: float = 0.0,
        lands_elsewhere: bool = False,
        duplicate: Literal["error200", "conflict409", "accepted"] = "error200",
    ) -> None:
        super().__init__()
        self.keys = Keys(access_key=access_key, secret_key=secret_key, security_token=security_token)
        self.ring = KeyRing(self.keys)
        self.tenant_id, self.project_id = tenant_id, project_id
        self.clock, self.latency, self.list_delay, self.duplicate = clock, latency, list_delay, duplicate
        self.lands_elsewhere = lands_elsewhere
        self.account = Account(
            tenant_id=tenant_id, projects={project_id: "Playground"}, iam_projects={IAM_PROJECT_ID: REGION}
        )
        self.registries: list[LocalRegistry] = []
        self.calls: list[CloudCall] = []
        self._active_names: dict[str, LocalRegistry] = {}
        self._numbers = itertools.count(1)

    @property
    def list_path(self) -> str:
        """Where this tenant's registries are listed."""
        return f"/cloudartifact/v5/{self.tenant_id}/{self.project_id}/repositories"

    def application(self) -> web.Application:
        """One handler for every path: the gateway also answers unknown ones."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/{path:.*}", self._handle)
        return app

    def add_registry(
        self,
        display_name: str,
        *,
        status: str = "active",
        description: str | None = None,
        format: str = "docker2",  # noqa: A002 - the vendor's word
        trace_id: str | None = None,
        created_by: str = "console",
        elsewhere: bool = False,
    ) -> LocalRegistry:
        """Add a registry as if somebody had created it in the console."""
        number = len(self.registries) + 1
        registry_id = f"{REGION}_{self.tenant_id}_{format}_{number}"
        registry = LocalRegistry(
            id=registry_id,
            display_name=display_name,
            description=description,
            format=format,
            status=status,
            url=f"https://devrepo.artifact.example/artgalaxy/{registry_id}/",
            created_at=self.clock(),
            trace_id=trace_id,
            created_by=created_by,
            elsewhere=elsewhere,
        )
        self.registries.append(registry)
        if status == "active":
            self._active_names[display_name] = registry
        self.changed()
        return registry

    def delete_registry(self, registry_id: str) -> LocalRegistry:
        """Move a registry to the recycle bin as if somebody had done it in the console. Raises LookupError."""
        registry = next((each for each in self.registries if each.id == registry_id and each.status == "active"), None)
        if registry is None:
            raise LookupError(registry_id)
        registry.status = "trash"
        if self._active_names.get(registry.display_name) is registry:
            del self._active_names[registry.display_name]
        self.changed()
        return registry

    async def _handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        call = arrived(request, body, self._operation(request), trace_id=self._new_trace_id(), at=self.clock())
        self.calls.append(call)
        self.changed()
        if self.latency:
            await asyncio.sleep(self.latency)
        return await self.respond(
            request,
            operation=call.operation,
            call=call,
            effect=lambda: self._answer(call, request.raw_path),
            trace_id=call.trace_id,
        )

    def _operation(self, request: web.Request) -> str:
        path = request.path
        if request.method == "POST" and path == CREATE_PATH:
            return "create"
        parts = path.split("/")
        if request.method == "GET" and parts[:3] == ["", "cloudartifact", "v5"] and parts[5:] == ["repositories"]:
            return "list" if "qname" in request.query else "list_all"
        return OPERATIONS.get(path, "unknown") if request.method == "GET" else "unknown"

    def _answer(self, call: CloudCall, raw_path: str) -> Answer:
        if call.operation == "unknown":
            return gateway_error(404, "APIGW.0101", "The API does not exist or has not been published", call)
        trouble = self.ring.trouble_with(
            method=call.method, raw_path=raw_path, headers=call.headers, body=call.body, now=self.clock()
        )
        if trouble is not None:
            return gateway_error(401, "APIGW.0301", f"Incorrect IAM authentication information: {trouble}", call)
        if call.operation == "create":
            return self._create(call)
        if call.path in OPERATIONS:
            return self.account.answer(call.operation)
        if call.path != self.list_path:
            return service_error(403, "CR.4102", "The user has no permission on this project", call)
        return self._list(call)

    def _create(self, call: CloudCall) -> Answer:
        wanted = json_object(call.body)
        complaint = complaint_about(wanted)
        if complaint is not None:
            return service_error(400, "CR.4000", complaint, call)
        name = wanted["display_name"]
        taken = self._active_names.get(name)
        if self.duplicate != "accepted" and taken is not None and taken.status == "active":
            status = 200 if self.duplicate == "error200" else 409
            return service_error(status, "CR.4009", f"The repository name {name} already exists", call)
        call.applied = True
        self.add_registry(
            name,
            description=wanted.get("description"),
            trace_id=call.trace_id,
            created_by="registry-bot",
            elsewhere=self.lands_elsewhere,
        )
        return success(call, None)

    def _list(self, call: CloudCall) -> Answer:
        page_no, page_size = whole_number(call.query, "page_no", 1), whole_number(call.query, "page_size", 10)
        qname = call.query.get("qname")
        if page_no < 1 or not 1 <= page_size <= _LARGEST_PAGE:
            return service_error(400, "CR.4000", "page_no starts at 1, page_size is 1 to 100", call)
        if qname is not None and not 1 <= len(qname) <= _LONGEST_QNAME:
            return service_error(400, "CR.4000", "qname has 1 to 50 characters", call)
        call.applied = True
        until = self.clock() - self.list_delay
        found = [registry for registry in self.registries if registry.fits(call.query, until=until)]
        first = (page_no - 1) * page_size
        page = [
            registry.as_listed(domain_id=self.tenant_id, project_id=self.project_id)
            for registry in found[first : first + page_size]
        ]
        return success(call, {"total": len(found), "repositories": page})

    def _new_trace_id(self) -> str:
        number = next(self._numbers)
        return f"{143_000 + number}-{int(self.clock() * 1000)}-{number % 90 + 10}"
