"""What an answer means: a row for every shape that the vendor documents or was seen to send, and for malformed ones."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.codearts.answers import MESSAGE_LIMIT, TOKEN_LIMIT
from bot.codearts.classify import classify
from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.domain.registry import Attempt, Created

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
TRACE = "143002-1701175561381-82"
PAGE = b"<html><head><title>403</title></head><body><h1>Forbidden</h1></body></html>"
DATE = "Tue, 24 Nov 2026 10:00:00 GMT"
LATER = "Tue, 24 Nov 2026 10:00:07 GMT"

Row = tuple[int, Mapping[str, str], bytes | dict[str, Any] | list[Any] | str, Attempt]

CREATED: dict[str, Row] = {
    "success as documented": (
        200,
        JSON,
        b'{"status":"success","trace_id":"143002-1701175561381-82","result":null}',
        Created(trace_id=TRACE),
    ),
    "trace id of 32 hex digits": (
        200,
        JSON,
        {"status": "success", "trace_id": "72d95eba535c4f4188707a7066e63f9e"},
        Created(trace_id="72d95eba535c4f4188707a7066e63f9e"),
    ),
    "traceId": (200, JSON, {"status": "success", "traceId": TRACE, "result": {}}, Created(trace_id=TRACE)),
    "result is a string": (
        200,
        JSON,
        {"status": "success", "trace_id": TRACE, "result": "delete file success!"},
        Created(trace_id=TRACE),
    ),
    "empty trace_id beside traceId": (
        200,
        JSON,
        {"status": "success", "trace_id": "", "traceId": TRACE},
        Created(trace_id=TRACE),
    ),
    "other case": (201, JSON, {"status": "SUCCESS", "trace_id": TRACE}, Created(trace_id=TRACE)),
    "null error fields": (
        200,
        JSON,
        {"status": "success", "trace_id": TRACE, "error": None, "error_code": "", "error_msg": ""},
        Created(trace_id=TRACE),
    ),
    "content type with charset and in lower case": (
        200,
        {"content-type": "application/json;charset=UTF-8"},
        {"status": "success", "trace_id": TRACE},
        Created(trace_id=TRACE),
    ),
    "vendor's own JSON type": (
        200,
        {"Content-Type": "application/vnd.huawei+json"},
        {"status": "success", "trace_id": TRACE},
        Created(trace_id=TRACE),
    ),
    "byte order mark": (
        200,
        JSON,
        b'\xef\xbb\xbf{"status":"success","trace_id":"143002-1701175561381-82"}',
        Created(trace_id=TRACE),
    ),
}

REFUSED: dict[str, Row] = {
    "a: 401 with status and trace_id": (
        401,
        JSON,
        {"error_code": "CR.4001", "error_msg": "unauthorised", "status": "error", "trace_id": TRACE},
        NotApplied(code="CR.4001", message="unauthorised", trace_id=TRACE),
    ),
    "a page of something in between under 401": (
        401,
        HTML,
        "<html>who are you?</html>",
        NotApplied(code=Reason.KEY_REFUSED),
    ),
    "g: the gateway's code for the key under 403": (
        403,
        JSON,
        {"error_code": "APIG.0301", "error_msg": "no"},
        NotApplied(code="APIG.0301", message="no"),
    ),
    "b: 403 CR.4102": (
        403,
        JSON,
        {"error_code": "CR.4102", "error_msg": "当前用户没有该项目权限"},
        Refused(code="CR.4102", message="当前用户没有该项目权限"),
    ),
    "c: status error under 200 with nothing beside it": (
        200,
        JSON,
        {"status": "error", "trace_id": TRACE, "result": None},
        Refused(code=Reason.REFUSED_WITHOUT_CODE, trace_id=TRACE),
    ),
    "c: message": (
        200,
        JSON,
        {"status": "error", "message": "no"},
        Refused(code=Reason.REFUSED_WITHOUT_CODE, message="no"),
    ),
    "c: error_msg": (
        200,
        JSON,
        {"status": "error", "error_msg": "no"},
        Refused(code=Reason.REFUSED_WITHOUT_CODE, message="no"),
    ),
    "c: reason": (
        200,
        JSON,
        {"status": "error", "reason": "no"},
        Refused(code=Reason.REFUSED_WITHOUT_CODE, message="no"),
    ),
    "c: the text in result": (
        200,
        JSON,
        {"status": "error", "result": "exists"},
        Refused(code=Reason.REFUSED_WITHOUT_CODE, message="exists"),
    ),
    "c: error code under 200 without status": (
        200,
        JSON,
        {"error_code": "CR.4102", "error_msg": "no right"},
        Refused(code="CR.4102", message="no right"),
    ),
    "c: error under a wrong content type": (
        200,
        HTML,
        {"status": "ERROR", "error_code": "X.1", "error_msg": "no", "trace_id": TRACE},
        Refused(code="X.1", message="no", trace_id=TRACE),
    ),
    "d: nested code and reason": (
        200,
        JSON,
        {
            "status": "error",
            "result": None,
            "error": {"code": "DEV.CR.4009", "reason": "taken"},
            "request_id": "r-1",
            "server_address": "10.0.0.1",
        },
        Refused(code="DEV.CR.4009", message="taken", trace_id="r-1"),
    ),
    "d: under 403": (
        403,
        JSON,
        {"status": "error", "error": {"code": "PM.02177404", "reason": "no right"}},
        Refused(code="PM.02177404", message="no right"),
    ),
    "e: nested code and message": (
        200,
        JSON,
        {"status": "failed", "result": {}, "error": {"code": "CH.1", "message": "bad"}},
        Refused(code="CH.1", message="bad"),
    ),
    "f: error is a string": (
        200,
        JSON,
        {"error": "project not found", "status": "fail"},
        Refused(code=Reason.REFUSED_WITHOUT_CODE, message="project not found"),
    ),
    "g: gateway 401": (
        401,
        {**JSON, "X-Request-Id": "from the header"},
        {
            "error_msg": "Incorrect IAM authentication information: verify aksk signature fail",
            "error_code": "APIGW.0301",
            "request_id": "62ad3ab9d5d5ef2ba43a2b2d2bba8ec5",
        },
        NotApplied(
            code="APIGW.0301",
            message="Incorrect IAM authentication information: verify aksk signature fail",
            trace_id="62ad3ab9d5d5ef2ba43a2b2d2bba8ec5",
        ),
    ),
    "g: gateway 404, API not published": (
        404,
        {**JSON, "x-request-id": "abc"},
        {"error_code": "APIGW.0101", "error_msg": "The API does not exist"},
        Refused(code="APIGW.0101", message="The API does not exist", trace_id="abc"),
    ),
    "g: gateway 0201 as 413": (
        413,
        JSON,
        {"error_code": "APIGW.0201", "error_msg": "Request entity too large"},
        Refused(code="APIGW.0201", message="Request entity too large"),
    ),
    "h: IAM, the code is a number": (
        401,
        {**JSON, "X-IAM-Trace-Id": "token_cn-north-4_null_123"},
        {"error": {"code": 401, "message": "The username or password is wrong.", "title": "Unauthorized"}},
        NotApplied(code="401", message="The username or password is wrong.", trace_id="token_cn-north-4_null_123"),
    ),
    "h: IAM, only a title": (
        403,
        JSON,
        {"error": {"code": 403, "title": "Forbidden"}},
        Refused(code="403", message="Forbidden"),
    ),
    "i: IAM error_code": (
        400,
        JSON,
        {"error_code": "IAM.0004", "error_msg": "user not exist"},
        Refused(code="IAM.0004", message="user not exist"),
    ),
    "j: encoded_authorization_message": (
        403,
        JSON,
        {"error_code": "PAP5.0038", "error_msg": "denied", "encoded_authorization_message": "Zm9v"},
        Refused(code="PAP5.0038", message="denied"),
    ),
    "k: errorCode and errorMsg": (
        400,
        JSON,
        {"errorCode": "SVCSTG_400", "errorMsg": "bad"},
        Refused(code="SVCSTG_400", message="bad"),
    ),
    "k: errorCode and errorMessage under 200": (
        200,
        JSON,
        {"errorCode": "CCE.01400001", "errorMessage": "bad"},
        Refused(code="CCE.01400001", message="bad"),
    ),
    "code inside the message, full-width colon": (
        400,
        JSON,
        {"error_msg": "DEV.CR.4102：当前用户没有该项目权限"},
        Refused(code="DEV.CR.4102", message="当前用户没有该项目权限"),
    ),
    "code inside the message, ASCII colon": (
        200,
        JSON,
        {"status": "error", "message": "CR.4102: no right"},
        Refused(code="CR.4102", message="no right"),
    ),
    "a colon that follows no code": (
        400,
        JSON,
        {"error_msg": "Invalid parameter: display_name"},
        Refused(code=Reason.REFUSED_WITHOUT_CODE, message="Invalid parameter: display_name"),
    ),
    "a code beside a message that repeats it": (
        400,
        JSON,
        {"error_code": "CR.4102", "error_msg": "DEV.CR.4102: no right"},
        Refused(code="CR.4102", message="DEV.CR.4102: no right"),
    ),
    "l: 403 from a firewall": (
        403,
        HTML,
        PAGE,
        Refused(code=Reason.REFUSED_WITHOUT_CODE),
    ),
    "l: 400 without a body": (
        400,
        {},
        b"",
        Refused(code=Reason.REFUSED_WITHOUT_CODE),
    ),
    "413 of nginx": (
        413,
        {**HTML, "X-Request-Id": "q1"},
        PAGE,
        Refused(code=Reason.REFUSED_WITHOUT_CODE, trace_id="q1"),
    ),
    "JSON under a wrong content type": (
        400,
        {"Content-Type": "text/plain"},
        {"error_code": "X.1", "error_msg": "no"},
        Refused(code="X.1", message="no"),
    ),
}

IN_DOUBT: dict[str, Row] = {
    "l: HTML under 200": (200, HTML, PAGE, InDoubt(code=Reason.ANSWER_UNREADABLE)),
    "l: empty under 200": (200, JSON, b"", InDoubt(code=Reason.ANSWER_UNREADABLE)),
    "l: 204": (204, {}, b"", InDoubt(code=Reason.ANSWER_UNREADABLE)),
    "a list": (200, JSON, [{"status": "success", "trace_id": TRACE}], InDoubt(code=Reason.ANSWER_UNREADABLE)),
    "a scalar": (200, JSON, b'"success"', InDoubt(code=Reason.ANSWER_UNREADABLE)),
    "null": (200, JSON, b"null", InDoubt(code=Reason.ANSWER_UNREADABLE)),
    "truncated JSON": (200, JSON, b'{"status":"success","trace_id":"1', InDoubt(code=Reason.ANSWER_UNREADABLE)),
    "two documents": (200, JSON, b'{"status":"success","trace_id":"1"}{}', InDoubt(code=Reason.ANSWER_UNREADABLE)),
    "not UTF-8": (200, JSON, b'{"status":"success","trace_id":"\xff\xfe"}', InDoubt(code=Reason.ANSWER_UNREADABLE)),
    "UTF-16": (
        200,
        JSON,
        json.dumps({"status": "success", "trace_id": TRACE}).encode("utf-16"),
        InDoubt(code=Reason.ANSWER_UNREADABLE),
    ),
    "nested too deeply": (200, JSON, b'{"a":' * 100_000, InDoubt(code=Reason.ANSWER_UNREADABLE)),
    "a number of 5,000 digits": (200, JSON, b'{"status":' + b"9" * 5000 + b"}", InDoubt(code=Reason.ANSWER_UNREADABLE)),
    "empty object": (200, JSON, {}, InDoubt(code=Reason.ANSWER_UNCLEAR)),
    "unknown status word": (
        200,
        JSON,
        {"status": "processing", "trace_id": TRACE},
        InDoubt(code=Reason.ANSWER_UNCLEAR, trace_id=TRACE),
    ),
    "status is a boolean": (
        200,
        JSON,
        {"status": True, "trace_id": TRACE},
        InDoubt(code=Reason.ANSWER_UNCLEAR, trace_id=TRACE),
    ),
    "no status": (200, JSON, {"trace_id": TRACE, "result": None}, InDoubt(code=Reason.ANSWER_UNCLEAR, trace_id=TRACE)),
    "success without trace id": (
        200,
        JSON,
        {"status": "success", "result": None},
        InDoubt(code=Reason.TRACE_ID_MISSING),
    ),
    "success with null trace id": (
        200,
        JSON,
        {"status": "success", "trace_id": None},
        InDoubt(code=Reason.TRACE_ID_MISSING),
    ),
    "success with blank trace id": (
        200,
        JSON,
        {"status": "success", "trace_id": " "},
        InDoubt(code=Reason.TRACE_ID_MISSING),
    ),
    "success with an object as trace id": (
        200,
        JSON,
        {"status": "success", "trace_id": {"id": "1"}},
        InDoubt(code=Reason.TRACE_ID_MISSING),
    ),
    "success without trace id, with a message": (
        200,
        JSON,
        {"status": "success", "message": "accepted"},
        InDoubt(code=Reason.TRACE_ID_MISSING, message="accepted"),
    ),
    "success with only the gateway's id": (
        200,
        {**JSON, "X-Request-Id": "gw-1"},
        {"status": "success"},
        InDoubt(code=Reason.TRACE_ID_MISSING, trace_id="gw-1"),
    ),
    "success as HTML": (
        200,
        HTML,
        {"status": "success", "trace_id": TRACE},
        InDoubt(code=Reason.ANSWER_NOT_JSON, trace_id=TRACE),
    ),
    "success without content type": (
        200,
        {},
        {"status": "success", "trace_id": TRACE},
        InDoubt(code=Reason.ANSWER_NOT_JSON, trace_id=TRACE),
    ),
    "success and an error code": (
        200,
        JSON,
        {"status": "success", "trace_id": TRACE, "error_code": "CR.5000"},
        InDoubt(code=Reason.ANSWER_CONTRADICTORY, message="CR.5000", trace_id=TRACE),
    ),
    "success under 500": (
        500,
        JSON,
        {"status": "success", "trace_id": TRACE},
        InDoubt(code=Reason.ANSWER_CONTRADICTORY, trace_id=TRACE),
    ),
    "success under 400": (
        400,
        JSON,
        {"status": "success", "trace_id": TRACE},
        InDoubt(code=Reason.ANSWER_CONTRADICTORY, trace_id=TRACE),
    ),
    "success under 302": (
        302,
        JSON,
        {"status": "success", "trace_id": TRACE},
        InDoubt(code=Reason.ANSWER_CONTRADICTORY, trace_id=TRACE),
    ),
    "302 to a login page": (
        302,
        {**HTML, "Location": "https://auth.example.com/"},
        PAGE,
        InDoubt(code=Reason.ANSWER_UNCLEAR),
    ),
    "408": (
        408,
        HTML,
        PAGE,
        InDoubt(code=Reason.ANSWER_UNCLEAR),
    ),
    "499": (
        499,
        JSON,
        {"error_msg": "client closed request", "request_id": "r"},
        InDoubt(code=Reason.ANSWER_UNCLEAR, message="client closed request", trace_id="r"),
    ),
    "500 CR.5000": (
        500,
        JSON,
        {"error_code": "CR.5000", "error_msg": "unknown service error", "trace_id": TRACE},
        InDoubt(code=Reason.ANSWER_UNCLEAR, message="CR.5000: unknown service error", trace_id=TRACE),
    ),
    "502 of a proxy": (
        502,
        HTML,
        PAGE,
        InDoubt(code=Reason.ANSWER_UNCLEAR),
    ),
    "503 with Retry-After": (
        503,
        {**JSON, "Retry-After": "3"},
        {"error_code": "APIGW.0613", "error_msg": "IAM unavailable"},
        InDoubt(code=Reason.ANSWER_UNCLEAR, message="APIGW.0613: IAM unavailable"),
    ),
    "504 gateway timeout": (
        504,
        JSON,
        {"error_code": "APIGW.0201", "error_msg": "Backend timeout.", "request_id": "r-9"},
        InDoubt(code=Reason.ANSWER_UNCLEAR, message="APIGW.0201: Backend timeout.", trace_id="r-9"),
    ),
    "5xx that quotes the throttling code in its text only": (
        500,
        JSON,
        {"error_msg": "APIGW.0308: policy user over ratelimit"},
        InDoubt(code=Reason.ANSWER_UNCLEAR, message="APIGW.0308: policy user over ratelimit"),
    ),
    "a status that HTTP does not know": (
        999,
        JSON,
        {},
        InDoubt(code=Reason.ANSWER_UNCLEAR),
    ),
}

RATE = "The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 second"

NOT_APPLIED: dict[str, Row] = {
    "429 APIGW.0308": (
        429,
        {**JSON, "Retry-After": "5"},
        {"error_code": "APIGW.0308", "error_msg": RATE, "request_id": "r-3"},
        NotApplied(code="APIGW.0308", message=RATE, retry_after=5.0, trace_id="r-3"),
    ),
    "429 as HTML": (429, HTML, PAGE, NotApplied(code=Reason.THROTTLED)),
    "429 with a date": (
        429,
        {"Retry-After": LATER, "Date": DATE},
        b"",
        NotApplied(code=Reason.THROTTLED, retry_after=7.0),
    ),
    "429 with a date in the past": (
        429,
        {"Retry-After": DATE, "Date": LATER},
        b"",
        NotApplied(code=Reason.THROTTLED, retry_after=0.0),
    ),
    "429 with a date and no Date": (
        429,
        {"Retry-After": LATER},
        b"",
        NotApplied(code=Reason.THROTTLED),
    ),
    **{
        f"429 with Retry-After {value!r}": (
            429,
            {"Retry-After": value, "Date": DATE},
            b"",
            NotApplied(code=Reason.THROTTLED),
        )
        for value in ("", "soon", "-1", "inf", "nan", "٣", "1e9", "99999999999", "Tue, 99 Nov 2026 10:00:00 GMT")
    },
    **{
        f"{code} under {status}": (
            status,
            JSON,
            {"error_code": code, "error_msg": RATE},
            NotApplied(code=code, message=RATE),
        )
        for code, status in (("APIG.0308", 403), ("APIGW.0308", 200), ("APIGW.0308", 503))
    },
}

# `expected` without the HTTP status: that is always the status of the answer.
ROWS = {**CREATED, **REFUSED, **IN_DOUBT, **NOT_APPLIED}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_each_shape_of_answer_has_its_meaning(row: Row) -> None:
    status, headers, body, expected = row
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    if not isinstance(expected, Created):
        expected = dataclasses.replace(expected, status=status)
    assert classify(status, headers, raw) == expected


# ---- arbitrary answers ----

JSON_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = ["status", "trace_id", "traceId", "request_id", "error", "error_code", "errorCode", "code", "error_msg"]
KEYS += ["message", "reason", "result"]
WORDS = st.sampled_from(["success", "Success", "error", "fail", "failed", "", "CR.4102: x", TRACE, "APIGW.0308"])
DOCUMENT = st.dictionaries(st.sampled_from(KEYS), WORDS | JSON_VALUE, max_size=6)
BODY = st.binary(max_size=80) | DOCUMENT.map(lambda value: json.dumps(value).encode())
STATUS = st.integers(-5, 1200) | st.sampled_from([200, 200, 200, 201, 302, 400, 403, 429, 500, 504])
HEADER_NAMES = ["Content-Type", "Retry-After", "Date", "X-Request-Id", "X-IAM-Trace-Id", "Server"]
HEADERS = st.dictionaries(st.sampled_from(HEADER_NAMES), st.text(max_size=40)).flatmap(
    lambda headers: st.sampled_from([headers, {**headers, "Content-Type": "application/json"}])
)


@given(status=STATUS, headers=HEADERS, body=BODY)
@example(status=200, headers=JSON, body=b'{"status": "\\ud800", "error_code": "\\udfff", "error_msg": "\\ud800x"}')
def test_no_answer_raises_and_none_is_created_unless_the_api_says_so(
    status: int, headers: dict[str, str], body: bytes
) -> None:
    attempt = classify(status, headers, body)
    if isinstance(attempt, Created):
        said = json.loads(body)
        assert 200 <= status < 300
        assert said["status"].strip().lower() == "success"
        assert str(said.get("trace_id") or "").strip() or str(said.get("traceId") or "").strip()
    else:
        assert attempt.status == status
        assert 0 < len(attempt.code) <= TOKEN_LIMIT
        assert attempt.message is None or 0 < len(attempt.message) <= MESSAGE_LIMIT
    # Encodes the trace id, the code and the message: lone surrogates would fail here.
    json.dumps(dataclasses.asdict(attempt), ensure_ascii=False).encode()


@given(body=st.binary(max_size=60))
def test_bytes_that_are_not_a_json_object_are_never_created(body: bytes) -> None:
    assert not isinstance(classify(200, JSON, b"[" + body + b"]"), Created)
    assert isinstance(classify(200, JSON, b"<" + body), InDoubt)


# ---- the bounds of what is passed on ----


def test_a_long_message_is_cut_with_an_ellipsis() -> None:
    attempt = classify(400, JSON, json.dumps({"error_msg": "x" * 5000}).encode())
    assert isinstance(attempt, Refused)
    assert attempt.message == "x" * (MESSAGE_LIMIT - 1) + "…"


def test_a_message_of_lines_becomes_one_line() -> None:
    attempt = classify(400, JSON, json.dumps({"error_msg": " first\r\nsecond\x00\x1b[31m third\n"}).encode())
    assert isinstance(attempt, Refused)
    assert attempt.message == "first second [31m third"


def test_a_success_whose_trace_id_does_not_look_like_one_is_in_doubt() -> None:
    attempt = classify(200, JSON, json.dumps({"status": "success", "trace_id": "9" * 10_000}).encode())
    assert attempt == InDoubt(code=Reason.TRACE_ID_MISSING, status=200)


def test_in_doubt_the_vendors_code_and_message_share_one_bounded_line() -> None:
    body = json.dumps({"error_code": "CR.5000", "error_msg": "x" * 600}).encode()
    attempt = classify(500, JSON, body)
    assert isinstance(attempt, InDoubt)
    assert attempt.message == ("CR.5000: " + "x" * 600)[: MESSAGE_LIMIT - 1] + "…"
