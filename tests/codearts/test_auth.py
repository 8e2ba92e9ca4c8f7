"""The signature on httpx requests: fresh at each send, over the headers as they are sent."""

import httpx
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer as VendorSigner

from bot.codearts.auth import Signer
from bot.codearts.credentials.key import Key

from .test_signing import (
    ACCESS_KEY,
    CREATE,
    DATE,
    HOST,
    JSON,
    LIST,
    SECONDS,
    SECRET_KEY,
    V1_BODY,
    V2_QUERY,
    VECTORS,
)

V1_SIGNATURE = VECTORS["V1 Chinese description"].signature
V2_SIGNATURE = VECTORS["V2 query"].signature


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = SECONDS

    def __call__(self) -> float:
        return self.now


def signer(clock: Clock, *, security_token: str | None = None, project_id: str | None = None) -> Signer:
    return Signer(
        key=Key(access_key=ACCESS_KEY, secret_key=SECRET_KEY, security_token=security_token),
        project_id=project_id,
        clock=clock,
    )


def send(request: httpx.Request, auth: Signer) -> httpx.Request:
    """What httpx does with an `Auth` at each send."""
    return next(auth.sync_auth_flow(request))


def test_a_request_sent_again_carries_a_fresh_date_and_a_single_signature() -> None:
    clock = Clock()
    auth = signer(clock)
    request = httpx.Request("POST", f"https://{HOST}{CREATE}", headers={"Content-Type": JSON}, content=V1_BODY.encode())
    first = dict(send(request, auth).headers)
    clock.now += 90
    second = send(request, auth)
    assert first["authorization"].endswith(V1_SIGNATURE)
    assert second.headers["X-Sdk-Date"] == "20251104T093145Z"
    assert second.headers["Authorization"] != first["authorization"]
    assert len(second.headers.get_list("Authorization")) == 1
    assert len(second.headers.get_list("X-Sdk-Date")) == 1


def test_the_project_and_the_security_token_are_signed() -> None:
    auth = signer(Clock(), security_token="TOKENexample/abc+def==", project_id="0a1b2c3d4e5f60718293a4b5c6d7e8f9")
    request = send(httpx.Request("GET", f"https://{HOST}{LIST}?{V2_QUERY}"), auth)
    assert request.headers["X-Project-Id"] == "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
    assert request.headers["X-Security-Token"] == "TOKENexample/abc+def=="
    assert "SignedHeaders=host;x-project-id;x-sdk-date;x-security-token," in request.headers["Authorization"]


def test_without_project_and_token_their_headers_are_not_sent() -> None:
    request = send(httpx.Request("GET", f"https://{HOST}{LIST}?{V2_QUERY}"), signer(Clock(), security_token=""))
    assert "X-Project-Id" not in request.headers
    assert "X-Security-Token" not in request.headers
    assert request.headers["Authorization"].endswith(V2_SIGNATURE)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://artifact.example.com/x", "artifact.example.com"),
        ("https://artifact.example.com:443/x", "artifact.example.com"),
        ("http://127.0.0.1:8080/x", "127.0.0.1:8080"),
        ("http://[::1]:8080/x", "[::1]:8080"),
    ],
)
def test_the_host_is_signed_as_it_is_sent(url: str, host: str) -> None:
    request = send(httpx.Request("GET", url), signer(Clock()))
    assert request.headers["Host"] == host
    theirs = SdkRequest(
        method="GET",
        schema="https",
        host=host,
        resource_path="/x",
        query_params=[],
        header_params={"Host": host, "X-Sdk-Date": DATE},
        body=b"",
    )
    VendorSigner(BasicCredentials(ACCESS_KEY, SECRET_KEY)).sign(theirs)
    assert request.headers["Authorization"] == theirs.header_params["Authorization"]


def test_the_repr_contains_no_secret() -> None:
    shown = repr(signer(Clock(), security_token="TOKENexample"))
    assert not any(secret in shown for secret in (ACCESS_KEY, SECRET_KEY, "TOKENexample"))


def test_headers_that_a_proxy_may_rewrite_are_not_signed() -> None:
    headers = {"Content-Type": JSON, "User-Agent": "x", "Accept-Encoding": "identity", "Connection": "close"}
    request = send(httpx.Request("POST", f"https://{HOST}{CREATE}", headers=headers, content=b"{}"), signer(Clock()))
    assert "SignedHeaders=content-type;host;x-sdk-date," in request.headers["Authorization"]
