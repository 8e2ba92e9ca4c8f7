"""Requests signed by the vendor's own SDK: the oracle against which the local gateway's check is held."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer


def sdk_date(now: float) -> str:
    """X-Sdk-Date for a time in seconds since the epoch."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")


def vendor_signed(
    *,
    url: str,
    now: float,
    access_key: str,
    secret_key: str,
    method: str = "GET",
    query: list[tuple[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> tuple[str, dict[str, str]]:
    """The request target (path and query as the SDK sends them) and all headers, Authorization among them."""
    parts = urlsplit(url)
    sent = {"X-Sdk-Date": sdk_date(now), "Host": parts.netloc, **(headers or {})}
    request = SdkRequest(
        method=method,
        schema="http",
        host=parts.netloc,
        resource_path=parts.path,
        query_params=list(query or []),
        header_params=sent,
        body=body,
    )
    signed = Signer(BasicCredentials(access_key, secret_key)).sign(request)
    return signed.uri, dict(signed.header_params)
