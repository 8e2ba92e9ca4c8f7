"""Huawei Cloud's AK/SK signature "SDK-HMAC-SHA256", as pure functions of the request as it is sent.

Each rule is from docs/facts/codearts.md section 3a, taken from the vendor's own signer
(https://github.com/huaweicloud/huaweicloud-sdk-python-v3, huaweicloudsdkcore/signer/signer.py), against which the tests
compare this one. The time is an argument, a string made by `sdk_date`, so that equal input gives an equal signature.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, unquote

ALGORITHM = "SDK-HMAC-SHA256"
DATE_HEADER = "X-Sdk-Date"


def sdk_date(seconds: float) -> str:
    """`seconds` since the UTC epoch in the gateway's format, `YYYYMMDDTHHMMSSZ`."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


@lru_cache(maxsize=16)  # there are two
def canonical_path(path: str) -> str:
    """The signed form of a path: decoded, encoded again, and ending in `/`, which is not added to the URL itself."""
    encoded = quote(unquote(path), safe="/~")
    return encoded if encoded.endswith("/") else encoded + "/"


def canonical_query(query: str) -> str:
    """The signed form of a raw query string (without `?`, percent-encoded, `+` is a plus): pairs sorted, then encoded."""
    if not query:
        return ""
    pairs = (part.partition("=") for part in query.split("&") if part)
    ordered = sorted((unquote(name), unquote(value)) for name, _, value in pairs)
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in ordered)


def signed_names(headers: Mapping[str, str]) -> list[str]:
    """The names of the signed headers, in lower case and sorted. Names with `_` are left out: proxies drop such headers."""
    return sorted(name.lower() for name in headers if "_" not in name)


def canonical_request(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> str:
    """The text that represents the whole request.

    `path` and `query` are those of the URL as sent, `headers` are those to sign (names must differ by more than case),
    `body` is the exact bytes of the body, `b""` for none.
    """
    values = {name.lower(): value.strip() for name, value in headers.items()}
    names = signed_names(headers)
    lines = "".join(f"{name}:{values[name]}\n" for name in names)
    body_hash = hashlib.sha256(body).hexdigest()
    return (
        f"{method.upper()}\n{canonical_path(path)}\n{canonical_query(query)}\n{lines}\n{';'.join(names)}\n{body_hash}"
    )


def string_to_sign(canonical: str, date: str) -> str:
    """The text whose HMAC is the signature. `date` is the value of the X-Sdk-Date header."""
    return f"{ALGORITHM}\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def authorization(
    *,
    access_key: str,
    secret_key: str,
    date: str,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
) -> str:
    """The value of the Authorization header.

    `headers` must not contain X-Sdk-Date: it is added here from `date`, so that the two cannot differ. The other arguments
    are those of `canonical_request`. The secret key is used directly as the HMAC key.
    """
    signed = {**headers, DATE_HEADER: date}
    text = string_to_sign(canonical_request(method, path, query, signed, body), date)
    signature = hmac.digest(secret_key.encode(), text.encode(), "sha256").hex()
    return f"{ALGORITHM} Access={access_key}, SignedHeaders={';'.join(signed_names(signed))}, Signature={signature}"
