"""The gateway's side of AK/SK signing: whether a request was signed by the holder of the key.

Algorithm SDK-HMAC-SHA256, implemented from the steps in docs/facts/codearts.md section 3a; it shares no code with the bot's
signer. Pure: the time is an argument.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

ALGORITHM = "SDK-HMAC-SHA256"
MAX_SKEW_SECONDS = 15 * 60  # docs/facts/codearts.md section 3c

_AUTHORIZATION = re.compile(ALGORITHM + r" Access=([^,\s]+), SignedHeaders=([^,\s]+), Signature=([0-9a-f]{64})")
_DATE_FORMAT = "%Y%m%dT%H%M%SZ"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_FAILED = "verify aksk signature fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys of the gateway's only client. With a `security_token` they are temporary."""

    access_key: str
    secret_key: str
    security_token: str | None = None


def trouble_with(
    *, keys: Keys, method: str, raw_path: str, headers: Mapping[str, str], body: bytes, now: float
) -> str | None:
    """Why the gateway refuses this request, or None.

    `raw_path` is the request target exactly as it was sent (with its query); `headers` has case-insensitive keys;
    `now` is in seconds since the UTC epoch.
    """
    matched = _AUTHORIZATION.fullmatch(headers.get("Authorization", ""))
    if matched is None:
        return "the Authorization header is missing or not of the form of " + ALGORITHM
    access_key, signed_headers, signature = matched.groups()
    names = signed_headers.split(";")
    if access_key != keys.access_key or "x-sdk-date" not in names or "host" not in names:
        return _FAILED
    if keys.security_token is not None and (
        headers.get("X-Security-Token") != keys.security_token or "x-security-token" not in names
    ):
        return "the security token is missing, wrong or not signed"
    date = headers.get("X-Sdk-Date", "")
    try:
        canonical = canonical_request(method=method, raw_path=raw_path, headers=headers, names=names, body=body)
    except KeyError:
        return _FAILED
    if not hmac.compare_digest(signature, sign(canonical, date=date, secret_key=keys.secret_key)):
        return _FAILED
    return _trouble_with_date(date, now)


def canonical_request(*, method: str, raw_path: str, headers: Mapping[str, str], names: list[str], body: bytes) -> str:
    """Steps 2 to 6 of docs/facts/codearts.md section 3a. Raises KeyError for a signed header that was not sent."""
    path, _, query = raw_path.partition("?")
    block = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    uri = _canonical_uri(path)
    return "\n".join((method, uri, _canonical_query(query), block, ";".join(names), _payload_hash(headers, body)))


def sign(canonical: str, *, date: str, secret_key: str) -> str:
    """Step 7: the hex signature of a canonical request."""
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    text = f"{ALGORITHM}\n{date}\n{digest}"
    return hmac.new(secret_key.encode(), text.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()


def _canonical_uri(path: str) -> str:
    uri = "/".join(_encoded(segment) for segment in unquote(path).split("/"))
    return uri if uri.endswith("/") else uri + "/"


def _canonical_query(query: str) -> str:
    # A "+" stays a plus sign: a client that means a space by it has signed something else.
    pairs = (part.partition("=") for part in query.split("&") if part)
    decoded = sorted((unquote(name), unquote(value)) for name, _, value in pairs)
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in decoded)


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


def _payload_hash(headers: Mapping[str, str], body: bytes) -> str:
    declared = headers.get("X-Sdk-Content-Sha256", "")
    if body and declared == _UNSIGNED:
        return declared
    return hashlib.sha256(body).hexdigest()


def _trouble_with_date(date: str, now: float) -> str | None:
    try:
        signed_at = datetime.strptime(date, _DATE_FORMAT).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return "X-Sdk-Date is not of the form YYYYMMDDTHHMMSSZ"
    if abs(now - signed_at) <= MAX_SKEW_SECONDS:
        return None
    server_time = datetime.fromtimestamp(now, UTC).strftime(_DATE_FORMAT)
    return f"signature expired, signature time:{date},server time:{server_time}"
