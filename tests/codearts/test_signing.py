"""The signature, compared with the literals of docs/facts/codearts.md and with the vendor's own signer."""

import hashlib
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer as VendorSigner
from hypothesis import given
from hypothesis import strategies as st

from bot.codearts.signing import (
    authorization,
    canonical_path,
    canonical_query,
    canonical_request,
    sdk_date,
    signed_names,
    string_to_sign,
)

ACCESS_KEY = "AKEXAMPLE0000000000A"
SECRET_KEY = "SKExample+/0000000000000000000000000000Z"
DATE = "20251104T093015Z"
SECONDS = 1762248615.0
HOST = "artifact.ap-southeast-3.myhuaweicloud.com"
CREATE = "/cloudartifact/v5/repositories"
JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Vector:
    """A request of docs/facts/codearts.md section 3b, and what the vendor's signer made of it."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str]
    body: bytes
    canonical: str | None
    request_hash: str
    signature: str
    names: str


V1_BODY = '{"format":"docker","display_name":"team-a_img.1","description":"团队镜像仓库","type":"hosted"}'
V1B_BODY = (
    '{"format": "docker", "display_name": "team-a_img.1", '
    '"description": "\\u56e2\\u961f\\u955c\\u50cf\\u4ed3\\u5e93", "type": "hosted"}'
)
V3_HEADERS = {
    "Content-Type": JSON,
    "Host": HOST,
    "User-Agent": "codearts-client/0.1",
    "X-Project-Id": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "X-Security-Token": "TOKENexample/abc+def==",
}
LIST = "/cloudartifact/v5/0123456789abcdef0123456789abcdef/fedcba9876543210fedcba9876543210/repositories"
V2_QUERY = (
    "qname=a%20b%2Fc%2Bd~%C3%A9%3D%26%25%E4%B8%AD&page_no=1&page_size=100"
    "&format_list=docker%2Cdocker2&is_recycle_bin=false"
)

VECTORS = {
    "V1 Chinese description": Vector(
        method="POST",
        path=CREATE,
        headers={"Content-Type": JSON, "Host": HOST},
        body=V1_BODY.encode(),
        canonical=(
            "POST\n/cloudartifact/v5/repositories/\n\ncontent-type:application/json\n"
            "host:artifact.ap-southeast-3.myhuaweicloud.com\nx-sdk-date:20251104T093015Z\n\n"
            "content-type;host;x-sdk-date\n6e49b3229241d24f557cb7156e94b7962bdd4910ffe0e91fe9133b8c3cb355cf"
        ),
        request_hash="0c790064439540714912f0bcf31e6d14030b7d6a6d4b089b8379dfe1afb21e1f",
        signature="8910f4686844027ba7e8afbe1e36cfc4f06a41ec73874ef232234d22f42dd02b",
        names="content-type;host;x-sdk-date",
    ),
    "V1b the bytes of the SDK": Vector(
        method="POST",
        path=CREATE,
        headers={"Content-Type": JSON, "Host": HOST},
        body=V1B_BODY.encode(),
        canonical=None,
        request_hash="a8a900d9deff0d4b8a10690c466f19d2e70f7c1e6d90e111b7fdc63f3acbcaaf",
        signature="4aa295e22ba3c5017c5bc7fc0552d6ddab7e1638a072afbaf937b8b4a5ec3191",
        names="content-type;host;x-sdk-date",
    ),
    "V2 query": Vector(
        method="GET",
        path=LIST,
        query=V2_QUERY,
        headers={"Host": HOST},
        body=b"",
        canonical=(
            f"GET\n{LIST}/\nformat_list=docker%2Cdocker2&is_recycle_bin=false&page_no=1&page_size=100"
            "&qname=a%20b%2Fc%2Bd~%C3%A9%3D%26%25%E4%B8%AD\nhost:artifact.ap-southeast-3.myhuaweicloud.com\n"
            "x-sdk-date:20251104T093015Z\n\nhost;x-sdk-date\n"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        ),
        request_hash="0ebb8acab43945bd2bdf6fed37e1958c41c4c1af80baeb2b7106341cd171e8f5",
        signature="9a25c8ccecf8808ae1590d7fb3e8b7b198b9b20e2105b655303d45fdf1f7509f",
        names="host;x-sdk-date",
    ),
    "V3 temporary credentials": Vector(
        method="POST",
        path=CREATE,
        headers=V3_HEADERS,
        body=b'{"format":"docker","display_name":"demo","type":"hosted"}',
        canonical=(
            "POST\n/cloudartifact/v5/repositories/\n\ncontent-type:application/json\n"
            "host:artifact.ap-southeast-3.myhuaweicloud.com\nuser-agent:codearts-client/0.1\n"
            "x-project-id:0a1b2c3d4e5f60718293a4b5c6d7e8f9\nx-sdk-date:20251104T093015Z\n"
            "x-security-token:TOKENexample/abc+def==\n\n"
            "content-type;host;user-agent;x-project-id;x-sdk-date;x-security-token\n"
            "6e4deedbf018080588f3300c5b726d05ab621b6abf3e8a7f2626c1401feef831"
        ),
        request_hash="479a02282996ead65126a58f9a8f28e740d4fff825ff299cfd4bdc16b5ef59b8",
        signature="9a6bb7a5568b0ea80a445483b4dc89c01476077aac567a863a1aa449a85d6d11",
        names="content-type;host;user-agent;x-project-id;x-sdk-date;x-security-token",
    ),
}


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
def test_a_published_vector_gets_the_same_signature(vector: Vector) -> None:
    canonical = canonical_request(
        vector.method, vector.path, vector.query, {**vector.headers, "X-Sdk-Date": DATE}, vector.body
    )
    if vector.canonical is not None:
        assert canonical == vector.canonical
    assert string_to_sign(canonical, DATE) == f"SDK-HMAC-SHA256\n{DATE}\n{vector.request_hash}"
    assert hashlib.sha256(canonical.encode()).hexdigest() == vector.request_hash
    header = authorization(
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        date=DATE,
        method=vector.method,
        path=vector.path,
        query=vector.query,
        headers=vector.headers,
        body=vector.body,
    )
    assert header == (
        f"SDK-HMAC-SHA256 Access={ACCESS_KEY}, SignedHeaders={vector.names}, Signature={vector.signature}"
    )


def test_the_date_is_utc_to_the_second() -> None:
    assert sdk_date(SECONDS) == DATE
    assert sdk_date(SECONDS + 0.999) == DATE
    assert sdk_date(0) == "19700101T000000Z"


@pytest.mark.parametrize(
    ("path", "canonical"),
    [("", "/"), ("/", "/"), ("/a", "/a/"), ("/a/", "/a/"), ("/%7Ex", "/~x/"), ("/a+b", "/a%2Bb/"), ("/a%2fb", "/a/b/")],
)
def test_a_path_is_encoded_once_and_ends_in_a_slash(path: str, canonical: str) -> None:
    assert canonical_path(path) == canonical


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("b=2&a=1", "a=1&b=2"),
        ("a=2&a=1", "a=1&a=2"),
        ("a", "a="),
        ("a=1&&b=2", "a=1&b=2"),
        ("a=b=c", "a=b%3Dc"),
        ("a=x+y", "a=x%2By"),
        ("a=%7e", "a=~"),
    ],
)
def test_a_query_is_sorted_and_encoded_once(query: str, canonical: str) -> None:
    assert canonical_query(query) == canonical


def test_signed_header_names_are_sorted_and_names_with_an_underscore_are_left_out() -> None:
    assert signed_names({"X-Sdk-Date": "", "Host": "", "X_Trace": "", "content-type": ""}) == [
        "content-type",
        "host",
        "x-sdk-date",
    ]


# ---- compared with the vendor's signer ----

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
HEADER_VALUE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20) | st.sampled_from(
    ["  padded ", "\u3000wide"]
)
HEADER_NAME = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,15}", fullmatch=True).filter(
    lambda name: name.lower() not in {"host", "content-type", "x-sdk-date", "x-sdk-content-sha256", "authorization"}
)
HEADERS = st.lists(st.tuples(HEADER_NAME, HEADER_VALUE), max_size=5, unique_by=lambda header: header[0].lower()).map(
    dict
)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "post"]),
    segments=st.lists(TEXT, max_size=4),
    closed=st.booleans(),
    raw_tail=st.sampled_from(["", "/%zz", "/%ff", "/a+b", "/~x", "/%7Ex"]),
    query=st.lists(st.tuples(TEXT, TEXT), max_size=5),
    headers=HEADERS,
    content_type=st.sampled_from([None, JSON, "application/json;charset=utf8"]),
    host=st.sampled_from([HOST, "127.0.0.1:8080", "[::1]:1"]),
    body=st.binary(max_size=200),
    secret_key=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
)
def test_any_request_is_signed_as_the_vendor_signs_it(
    *,
    method: str,
    segments: list[str],
    closed: bool,
    raw_tail: str,
    query: list[tuple[str, str]],
    headers: dict[str, str],
    content_type: str | None,
    host: str,
    body: bytes,
    secret_key: str,
) -> None:
    path = "".join("/" + quote(segment, safe="") for segment in segments) + raw_tail + ("/" if closed else "") or "/"
    raw_query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
    given_headers = {**headers, "Host": host, **({"Content-Type": content_type} if content_type else {})}
    theirs = SdkRequest(
        method=method,
        schema="https",
        host=host,
        resource_path=path,
        query_params=list(query),
        header_params={**given_headers, "X-Sdk-Date": DATE},
        body=body,
    )
    VendorSigner(BasicCredentials(ACCESS_KEY, secret_key)).sign(theirs)
    ours = authorization(
        access_key=ACCESS_KEY,
        secret_key=secret_key,
        date=DATE,
        method=method,
        path=path,
        query=raw_query,
        headers=given_headers,
        body=body,
    )
    assert ours == theirs.header_params["Authorization"]
