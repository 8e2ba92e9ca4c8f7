"""Signs each request when it is sent, so that a request sent again carries a fresh date."""

from collections.abc import Callable, Generator

import httpx

from bot.codearts.credentials.key import Key
from bot.codearts.signing import DATE_HEADER, authorization, sdk_date

# Headers that a proxy may rewrite (Accept-Encoding, Connection, Content-Length, User-Agent) are not signed.
SIGNED_REQUEST_HEADERS = frozenset({"content-type", "host"})


class Signer(httpx.Auth):
    """Signs with one key; a temporary one sends its security token along.

    `project_id` is the IAM project (X-Project-Id), not the CodeArts project (docs/facts/codearts.md section 3f). `clock`
    returns seconds since the UTC epoch; the gateway refuses requests dated more than 15 minutes off (section 3c).
    """

    requires_request_body = True

    def __init__(
        self,
        *,
        key: Key,
        project_id: str | None,
        clock: Callable[[], float],
    ) -> None:
        self._key = key
        self._clock = clock
        optional = {"X-Project-Id": project_id, "X-Security-Token": key.security_token}
        self._identity = {name: value for name, value in optional.items() if value}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Set the identity, the date and the signature in the headers, replacing those of an earlier send."""
        date = sdk_date(self._clock())
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        signed = {name: value for name, value in request.headers.items() if name in SIGNED_REQUEST_HEADERS}
        header = authorization(
            access_key=self._key.access_key,
            secret_key=self._key.secret_key,
            date=date,
            method=request.method,
            path=path,
            query=query,
            headers=signed | self._identity,
            body=request.content,
        )
        for name, value in (*self._identity.items(), (DATE_HEADER, date), ("Authorization", header)):
            request.headers[name] = value
        yield request
