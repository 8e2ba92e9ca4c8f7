"""Reading answers: text, errors and trace ids in every spelling, and nothing that raises or is longer than allowed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.codearts.answers import (
    MESSAGE_LIMIT,
    TOKEN_LIMIT,
    ErrorDetails,
    any_trace_id,
    body_trace_id,
    claims_error,
    clean,
    code_field,
    error_details,
    header_fields,
    json_object,
    status_word,
)
from bot.redaction import redactor


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b"{}", {}),
        (b' {"a": 1} ', {"a": 1}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ('{"a": "团队"}'.encode(), {"a": "团队"}),
        (b"", None),
        (b"null", None),
        (b"[{}]", None),
        (b'"success"', None),
        (b"{}{}", None),
        (b'{"a": "\xff"}', None),
        ('{"a": 1}'.encode("utf-16"), None),
        (b'{"a":' * 100_000, None),
        (b'{"a":' + b"9" * 5000 + b"}", None),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_only_a_json_object_in_utf_8_is_a_document(body: bytes, document: dict[str, Any] | None) -> None:
    assert json_object(body) == document


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        (" first\r\nsecond\x00\x1b[31m third\n", "first second [31m third"),
        ("a\ud800b", "a b"),
        ("当前用户", "当前用户"),
        (401, "401"),
        ("", None),
        (" \n\t", None),
        (0, None),
        (-1, None),
        (10**15, None),
        (True, None),
        (None, None),
        (1.5, None),
        (["text"], None),
        ({"a": "text"}, None),
    ],
    ids=repr,
)
def test_text_becomes_one_clean_line_and_other_values_are_not_text(value: object, text: str | None) -> None:
    assert clean(value) == text


@given(text=st.text(min_size=1, max_size=2000))
def test_clean_text_is_short_and_has_no_control_characters(text: str) -> None:
    shown = clean(text) or ""
    assert len(shown) <= MESSAGE_LIMIT
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in shown)


@pytest.mark.parametrize(
    ("length", "expected"), [(10, "x" * 10), (11, "x" * 9 + "…"), (10_000, "x" * 9 + "…")], ids=str
)
def test_text_over_the_limit_is_cut_with_an_ellipsis(length: int, expected: str) -> None:
    assert clean("x" * length, 10) == expected


@pytest.mark.parametrize(
    ("document", "word", "is_error"),
    [
        ({"status": "success"}, "success", False),
        ({"status": " Success "}, "success", False),
        ({"status": "ERROR"}, "error", True),
        ({"status": "fail"}, "fail", True),
        ({"status": "failed"}, "failed", True),
        ({"status": "pending"}, "pending", False),
        ({"status": True}, "", False),
        ({}, "", False),
        ({"error_code": "CR.1"}, "", True),
        ({"errorCode": "CR.1"}, "", True),
        ({"error": "no"}, "", True),
        ({"error": {"code": "1"}}, "", True),
        ({"status": "success", "error_code": "CR.1"}, "success", True),
        ({"error": None, "error_code": "", "errorCode": 0}, "", False),
        ({"error_msg": "only text", "code": "x"}, "", False),
    ],
    ids=repr,
)
def test_the_status_word_and_whether_the_body_reports_an_error(
    document: dict[str, Any], word: str, *, is_error: bool
) -> None:
    assert status_word(document) == word
    assert claims_error(document) is is_error


ERRORS: dict[str, tuple[dict[str, Any] | None, str | None, str | None]] = {
    "no document": (None, None, None),
    "nothing": ({}, None, None),
    "error_code and error_msg": ({"error_code": "CR.4102", "error_msg": "no"}, "CR.4102", "no"),
    "errorCode and errorMsg": ({"errorCode": "X", "errorMsg": "no"}, "X", "no"),
    "errorCode and errorMessage": ({"errorCode": "X", "errorMessage": "no"}, "X", "no"),
    "nested code and reason": ({"error": {"code": "DEV.1", "reason": "no"}}, "DEV.1", "no"),
    "nested code and message": ({"error": {"code": "CH.1", "message": "no"}}, "CH.1", "no"),
    "nested number and title": ({"error": {"code": 403, "title": "Forbidden"}}, "403", "Forbidden"),
    "code at the top": ({"code": "X.1", "message": "no"}, "X.1", "no"),
    "error is a string": ({"error": "no"}, None, "no"),
    "result under an error": ({"status": "error", "result": "no"}, None, "no"),
    "result without an error": ({"result": "no"}, None, None),
    "code inside the message": ({"error_msg": "DEV.CR.4102：不"}, "DEV.CR.4102", "不"),
    "colon without a code": ({"error_msg": "Invalid parameter: x"}, None, "Invalid parameter: x"),
    "code twice": ({"error_code": "CR.4102", "error_msg": "CR.4102: no"}, "CR.4102", "CR.4102: no"),
    "code is an object": ({"error_code": {"a": 1}, "error_msg": ["no"]}, None, None),
}


@pytest.mark.parametrize(("document", "code", "message"), ERRORS.values(), ids=ERRORS.keys())
def test_the_code_and_the_message_of_an_error(
    document: dict[str, Any] | None, code: str | None, message: str | None
) -> None:
    assert error_details(document) == ErrorDetails(code=code, message=message)


@pytest.mark.parametrize(
    ("details", "text"),
    [
        (ErrorDetails(), ""),
        (ErrorDetails(code="CR.1"), "CR.1"),
        (ErrorDetails(message="no"), "no"),
        (ErrorDetails(code="CR.1", message="no"), "CR.1: no"),
    ],
    ids=str,
)
def test_error_details_as_one_text(details: ErrorDetails, text: str) -> None:
    assert str(details) == text


def test_a_code_in_a_message_is_not_the_code_field() -> None:
    assert code_field({"error_msg": "APIGW.0308: over ratelimit"}) is None
    assert code_field({"error_code": "APIGW.0308"}) == "APIGW.0308"


@pytest.mark.parametrize(
    ("document", "headers", "own", "any_id"),
    [
        ({"trace_id": "1-2-3"}, {"x-request-id": "gw"}, "1-2-3", "1-2-3"),
        ({"traceId": "1-2-3"}, {}, "1-2-3", "1-2-3"),
        ({"trace_id": "", "traceId": "1"}, {}, "1", "1"),
        ({"trace_id": {"id": "1"}}, {}, None, None),
        ({"trace_id": "9" * 64}, {}, "9" * 64, "9" * 64),
        ({"trace_id": "9" * 65}, {}, None, None),
        ({"trace_id": "9" * 500}, {"x-request-id": "gw"}, None, "gw"),
        ({"trace_id": "two words", "traceId": "a.b_c-D9"}, {}, "a.b_c-D9", "a.b_c-D9"),
        ({"trace_id": "团队", "request_id": "<b>"}, {"x-request-id": "a=b"}, None, None),
        ({"request_id": "r"}, {"x-request-id": "gw"}, None, "r"),
        ({}, {"x-request-id": "gw", "x-iam-trace-id": "iam"}, None, "gw"),
        (None, {"x-iam-trace-id": "iam"}, None, "iam"),
        (None, {}, None, None),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_the_trace_id_of_the_service_comes_before_the_ids_of_the_gateway(
    document: dict[str, Any] | None, headers: dict[str, str], own: str | None, any_id: str | None
) -> None:
    assert body_trace_id(document) == own
    assert any_trace_id(document, headers) == any_id


@given(body=st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner)))
def test_no_document_makes_a_reader_raise(body: object) -> None:
    document = json_object(json.dumps({"error": body, "status": body, "result": body, "trace_id": body}).encode())
    details = error_details(document)
    assert len(details.code or "") <= TOKEN_LIMIT
    assert len(details.message or "") <= MESSAGE_LIMIT
    assert len(any_trace_id(document, {}) or "") <= TOKEN_LIMIT


# ---- what echoes the request ----

KEY = "HPUATHEACCESSKEY0042"
REDACT = redactor([KEY, "424242424242"])


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"error_msg": f"of {KEY}"}),
        json.dumps({"error_msg": f"of {KEY}"}).replace("HPUA", "\\u0048PUA"),
        json.dumps({"error": {"message": f"of {KEY.lower()}", "code": KEY}}),
        json.dumps({"error_code": 424242424242, "error_msg": "no"}),
        json.dumps({"error_msg": "x" * 20_000 + KEY}),
        json.dumps({"error_msg": "x" * 490 + KEY}),
        json.dumps({"status": "error", "result": f"AB.{KEY}.1234: of {KEY}"}),
    ],
    ids=["plain", "escaped", "nested, another case", "a number", "long", "cut off", "the code in the message"],
)
def test_what_is_told_of_an_error_has_passed_the_redaction(body: str) -> None:
    details = error_details(json_object(body.encode()), REDACT)
    assert str(details)
    assert KEY[:6].casefold() not in repr(details).casefold()
    assert "424242424242" not in repr(details)


def test_what_is_compared_is_as_it_was_sent() -> None:
    known = redactor(["success", "APIGW.0308"])
    document = json_object(b'{"status": "success", "error_code": "APIGW.0308"}')
    assert (status_word(document), code_field(document)) == ("success", "APIGW.0308")
    assert error_details(document, known).code == "[removed]"
    assert header_fields({"Retry-After": "3"}) == {"retry-after": "3"}


@pytest.mark.parametrize("trace_id", [KEY, KEY.lower(), 424242424242, f"x-{KEY}-1"])
def test_a_key_is_no_trace_id(trace_id: object) -> None:
    fields = header_fields({"X-Request-Id": str(trace_id)})
    document = json_object(json.dumps({"trace_id": trace_id, "request_id": trace_id}).encode())
    assert any_trace_id(document, fields, REDACT) is None
