"""The gateway's signature check against the vendor's signer and the fixed vectors of facts/codearts.md section 3b."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from bot.playground.codearts.signature import Keys, canonical_request, sign, trouble_with

from .vendor_signed import vendor_signed

ACCESS_KEY, SECRET_KEY = "AKEXAMPLE0000000000A", "SKExample+/0000000000000000000000000000Z"
HOST, DATE = "artifact.ap-southeast-3.myhuaweicloud.com", "20251104T093015Z"
NOW = datetime(2025, 11, 4, 9, 30, 15, tzinfo=UTC).timestamp()
CREATE = "/cloudartifact/v5/repositories"
QUERY = (
    "format_list=docker%2Cdocker2&is_recycle_bin=false&page_no=1&page_size=100"
    "&qname=a%20b%2Fc%2Bd~%C3%A9%3D%26%25%E4%B8%AD"
)
LIST = f"/cloudartifact/v5/0123456789abcdef0123456789abcdef/fedcba9876543210fedcba9876543210/repositories?{QUERY}"
TOKEN = "TOKENexample/abc+def=="
PLAIN = {"Content-Type": "application/json", "X-Sdk-Date": DATE, "Host": HOST}
TEMPORARY = {
    **PLAIN,
    "User-Agent": "codearts-client/0.1",
    "X-Project-Id": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "X-Security-Token": TOKEN,
}

VECTORS = [
    pytest.param(
        "POST",
        CREATE,
        PLAIN,
        '{"format":"docker","display_name":"team-a_img.1","description":"团队镜像仓库","type":"hosted"}',
        None,
        "8910f4686844027ba7e8afbe1e36cfc4f06a41ec73874ef232234d22f42dd02b",
        id="V1",
    ),
    pytest.param(
        "POST",
        CREATE,
        PLAIN,
        '{"format": "docker", "display_name": "team-a_img.1", '
        '"description": "\\u56e2\\u961f\\u955c\\u50cf\\u4ed3\\u5e93", "type": "hosted"}',
        None,
        "4aa295e22ba3c5017c5bc7fc0552d6ddab7e1638a072afbaf937b8b4a5ec3191",
        id="V1b",
    ),
    pytest.param(
        "GET",
        LIST,
        {"X-Sdk-Date": DATE, "Host": HOST},
        "",
        None,
        "9a25c8ccecf8808ae1590d7fb3e8b7b198b9b20e2105b655303d45fdf1f7509f",
        id="V2",
    ),
    pytest.param(
        "POST",
        CREATE,
        TEMPORARY,
        '{"format":"docker","display_name":"demo","type":"hosted"}',
        TOKEN,
        "9a6bb7a5568b0ea80a445483b4dc89c01476077aac567a863a1aa449a85d6d11",
        id="V3",
    ),
]


def keys(token: str | None = None) -> Keys:
    return Keys(access_key=ACCESS_KEY, secret_key=SECRET_KEY, security_token=token)


@pytest.mark.parametrize(("method", "raw_path", "headers", "body", "token", "signature"), VECTORS)
def test_the_fixed_vectors_are_accepted_and_no_other_signature_is(
    method: str, raw_path: str, headers: dict[str, str], body: str, token: str | None, signature: str
) -> None:
    names = sorted(name.lower() for name in headers)
    sent = CIMultiDict(headers)
    canonical = canonical_request(method=method, raw_path=raw_path, headers=sent, names=names, body=body.encode())
    assert sign(canonical, date=DATE, secret_key=SECRET_KEY) == signature
    for given_signature, expected in ((signature, None), (signature[::-1], "verify aksk signature fail")):
        sent["Authorization"] = (
            f"SDK-HMAC-SHA256 Access={ACCESS_KEY}, SignedHeaders={';'.join(names)}, Signature={given_signature}"
        )
        trouble = trouble_with(
            keys=keys(token), method=method, raw_path=raw_path, headers=sent, body=body.encode(), now=NOW
        )
        assert trouble == expected


PATH = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="/?#%"), max_size=8), max_size=4)
VALUE = st.text(st.characters(codec="utf-8"), max_size=12)
NAME = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=8)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=PATH,
    query=st.lists(st.tuples(NAME, VALUE), max_size=4),
    extra=st.dictionaries(
        st.sampled_from(["X-Project-Id", "X-Custom", "User-Agent"]),
        st.text("abcDEF019 -+/=;,.~", min_size=1, max_size=20),
    ),
    body=st.binary(max_size=60),
)
def test_whatever_the_vendor_signs_is_accepted_and_any_other_body_is_not(
    method: str, path: list[str], query: list[tuple[str, str]], extra: dict[str, str], body: bytes
) -> None:
    url = f"http://{HOST}/" + "/".join(path)
    target, headers = vendor_signed(
        url=url,
        now=NOW,
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        method=method,
        query=query,
        headers={"Content-Type": "application/json", **extra},
        body=body,
    )
    sent = CIMultiDict(headers)

    def trouble(body: bytes) -> str | None:
        return trouble_with(keys=keys(), method=method, raw_path=target, headers=sent, body=body, now=NOW)

    assert trouble(body) is None
    assert trouble(body + b" ") == "verify aksk signature fail"


@pytest.mark.parametrize("age", [901, -901])
def test_a_date_more_than_fifteen_minutes_off_is_expired(age: int) -> None:
    target, headers = vendor_signed(
        url=f"http://{HOST}{CREATE}", now=NOW - age, access_key=ACCESS_KEY, secret_key=SECRET_KEY
    )
    sent = CIMultiDict(headers)
    trouble = trouble_with(keys=keys(), method="GET", raw_path=target, headers=sent, body=b"", now=NOW)
    assert trouble is not None
    assert "expired" in trouble
    later = NOW - age + (900 if age > 0 else -900)
    assert trouble_with(keys=keys(), method="GET", raw_path=target, headers=sent, body=b"", now=later) is None


def test_a_plus_sent_for_a_signed_space_is_refused() -> None:
    target, headers = vendor_signed(
        url=f"http://{HOST}/x", now=NOW, access_key=ACCESS_KEY, secret_key=SECRET_KEY, query=[("qname", "a b")]
    )
    sent = CIMultiDict(headers)
    verdicts = [
        trouble_with(keys=keys(), method="GET", raw_path=raw, headers=sent, body=b"", now=NOW)
        for raw in (target, target.replace("%20", "+"))
    ]
    assert verdicts == [None, "verify aksk signature fail"]


def test_the_headers_that_matter_must_be_signed() -> None:
    _, headers = vendor_signed(url=f"http://{HOST}/x", now=NOW, access_key=ACCESS_KEY, secret_key=SECRET_KEY)
    authorization = headers["Authorization"]
    bent = {
        "date not signed": authorization.replace("host;x-sdk-date", "host"),
        "host not signed": authorization.replace("host;x-sdk-date", "x-sdk-date"),
        "a signed header was not sent": authorization.replace("host;x-sdk-date", "host;x-other;x-sdk-date"),
        "another key": authorization.replace(ACCESS_KEY, "AKOTHER"),
        "another algorithm": authorization.replace("SDK-HMAC-SHA256", "V11-HMAC-SHA256"),
        "nothing": "",
    }
    for why, value in bent.items():
        sent = CIMultiDict(headers, Authorization=value)
        sent["Authorization"] = value
        trouble = trouble_with(keys=keys(), method="GET", raw_path="/x", headers=sent, body=b"", now=NOW)
        assert trouble is not None, why


@pytest.mark.parametrize("names", [["host"], ["x-sdk-date"]])
def test_a_good_signature_over_too_few_headers_is_refused(names: list[str]) -> None:
    sent = CIMultiDict({"Host": HOST, "X-Sdk-Date": DATE})
    canonical = canonical_request(method="GET", raw_path="/x", headers=sent, names=names, body=b"")
    signature = sign(canonical, date=DATE, secret_key=SECRET_KEY)
    sent["Authorization"] = (
        f"SDK-HMAC-SHA256 Access={ACCESS_KEY}, SignedHeaders={';'.join(names)}, Signature={signature}"
    )
    trouble = trouble_with(keys=keys(), method="GET", raw_path="/x", headers=sent, body=b"", now=NOW)
    assert trouble == "verify aksk signature fail"


def test_the_order_of_the_query_on_the_wire_does_not_matter() -> None:
    query = [("page_no", "2"), ("page_no", "1"), ("qname", "a b"), ("format", "docker")]
    target, headers = vendor_signed(
        url=f"http://{HOST}/x", now=NOW, access_key=ACCESS_KEY, secret_key=SECRET_KEY, query=query
    )
    path, _, sorted_query = target.partition("?")
    shuffled = f"{path}?{'&'.join(reversed(sorted_query.split('&')))}"
    sent = CIMultiDict(headers)
    for raw_path in (target, shuffled):
        assert trouble_with(keys=keys(), method="GET", raw_path=raw_path, headers=sent, body=b"", now=NOW) is None


def test_temporary_keys_need_their_token_sent_and_signed() -> None:
    def verdict(headers: dict[str, str], added: dict[str, str]) -> str | None:
        target, signed = vendor_signed(
            url=f"http://{HOST}/x", now=NOW, access_key=ACCESS_KEY, secret_key=SECRET_KEY, headers=headers
        )
        sent = CIMultiDict({**signed, **added})
        return trouble_with(keys=keys(TOKEN), method="GET", raw_path=target, headers=sent, body=b"", now=NOW)

    assert verdict({"X-Security-Token": TOKEN}, {}) is None
    for headers, added in (({}, {}), ({}, {"X-Security-Token": TOKEN}), ({"X-Security-Token": "other"}, {})):
        assert "security token" in str(verdict(headers, added))
