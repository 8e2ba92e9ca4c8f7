"""Signs each request at the moment it is sent, so a repeated send bears a fresh date."""

from collections.abc import Callable, Generator

import httpx

from bot.codearts.signing import DATE_HEADER, authorization, sdk_date

# What a proxy may rewrite on the way (Accept-Encoding, Connection, Content-Length, User-Agent) stays unsigned.
SIGNED_BESIDE_OURS = frozenset({"content-type", "host"})


class Signer(httpx.Auth):
    """Access key, secret key and, for temporary credentials, their security token.

    `project_id` is the IAM project (X-Project-Id), not the CodeArts project (docs/facts/codearts.md section 3f). `clock` gives
    seconds since the UTC epoch; the gateway refuses what is more than 15 minutes off (section 3c).
    """

    requires_request_body = True

    def __init__(
        self,
        *,
        access_key: str,
        secret_key: str,
        security_token: str | None,
        project_id: str | None,
        clock: Callable[[], float],
    ) -> None:
        self._access_key = access_key
        self._secret_key = secret_key
        self._clock = clock
        given = {"X-Project-Id": project_id, "X-Security-Token": security_token}
        self._identity = {name: value for name, value in given.items() if value}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put the identity, the date and the signature over both into the headers, in place of those of an earlier send."""
        date = sdk_date(self._clock())
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        signed = {name: value for name, value in request.headers.items() if name in SIGNED_BESIDE_OURS}
        header = authorization(
            access_key=self._access_key,
            secret_key=self._secret_key,
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
