"""The local metadata service, STS and IAM: they give out temporary keys, which the local CodeArts accepts until they end.

Their paths and answers: docs/facts/codearts.md sections 0 and 3e.
"""

import itertools
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.codearts.signature import Keys
from bot.playground.serving import LARGEST_BODY, Answer, Call, LocalServer

OPERATIONS: Mapping[tuple[str, str], str] = {
    ("PUT", "/meta-data/latest/api/token"): "metadata_token",
    ("GET", "/openstack/latest/securitykey"): "metadata_key",
    ("POST", "/v5/agencies/assume-with-oidc"): "assume",
    ("POST", "/v3.0/OS-AUTH/id-token/tokens"): "iam_token",
    ("POST", "/v3.0/OS-CREDENTIAL/securitytokens"): "iam_key",
}
ID_TOKEN = "the.first.id-token"  # noqa: S105  opens nothing but this server
_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(slots=True, kw_only=True)
class KeyCall(Call):
    """A request for a key. `body` is the JSON that came with it."""

    operation: str
    headers: Mapping[str, str]
    body: object


class LocalKeyGivers(LocalServer):
    """All three on one port. A key lives for `life` seconds; `id_token` is what is accepted."""

    def __init__(self, cloud: LocalCodeArts, *, life: float = 3600.0) -> None:
        super().__init__()
        self.cloud, self.life = cloud, life
        self.id_token = ID_TOKEN
        self.calls: list[KeyCall] = []
        self._numbers = itertools.count(1)
        self._token = secrets.token_hex(16)  # of the metadata service, and of IAM

    def application(self) -> web.Application:
        """One handler for every path."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/{path:.*}", self._handle)
        return app

    async def _handle(self, request: web.Request) -> web.Response:
        raw = await request.read()
        operation = OPERATIONS.get((request.method, request.path), "unknown")
        call = KeyCall(operation=operation, headers=request.headers, body=json.loads(raw) if raw else None)
        self.calls.append(call)
        self.changed()
        return await self.respond(request, operation=operation, call=call, effect=lambda: self._answer(call))

    def _answer(self, call: KeyCall) -> Answer:
        accepted = {
            "metadata_token": True,
            "metadata_key": call.headers.get("X-Metadata-Token") == self._token,
            "assume": _inside(call.body, "id_token") == self.id_token,
            "iam_token": _inside(call.body, "auth", "id_token", "id") == self.id_token,
            "iam_key": _inside(call.body, "auth", "identity", "token", "id") == self._token,
        }.get(call.operation)
        if accepted is None:
            return Answer(404, b"{}")
        if not accepted:
            said = {"error_code": "STS.0401", "error_msg": "the token is not accepted", "request_id": "sts-1"}
            return Answer(401, json.dumps(said).encode())
        match call.operation:
            case "metadata_token":
                return Answer(200, self._token.encode(), {"Content-Type": "text/plain"})
            case "iam_token":
                return Answer(201, b'{"token": {}}', {"X-Subject-Token": self._token})
            case "assume":
                names = ("access_key_id", "secret_access_key", "security_token", "expiration")
                return self._key("credentials", names)
        return self._key("credential", ("access", "secret", "securitytoken", "expires_at"))

    def _key(self, wrapper: str, names: tuple[str, str, str, str]) -> Answer:
        number, ends = next(self._numbers), self.cloud.clock() + self.life
        keys = Keys(
            access_key=f"TEMPORARY{number:06}{secrets.token_hex(4).upper()}",
            secret_key=secrets.token_urlsafe(24),
            security_token=secrets.token_urlsafe(48),
        )
        self.cloud.ring.add(keys, ends=ends)
        said = (
            keys.access_key,
            keys.secret_key,
            keys.security_token,
            datetime.fromtimestamp(ends, UTC).strftime(_FORMAT),
        )
        return Answer(200, json.dumps({wrapper: dict(zip(names, said, strict=True))}).encode())


def _inside(body: object, *names: str) -> object:
    for name in names:
        body = body.get(name) if isinstance(body, dict) else None
    return body
