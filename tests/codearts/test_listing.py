"""Pages of the list call: what is found, what certainly does not exist, and what proves neither."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.codearts.listing import Found, ListPage, docker_named, read_page
from bot.domain.outcomes import Reason
from bot.domain.registry import Registry
from bot.errors import LookupFailed
from bot.redaction import redactor

JSON = {"Content-Type": "application/json"}


def listed(*names: str, total: object = None, **fields: Any) -> dict[str, Any]:
    """A page as the API sends it; `fields` are those of every row."""
    rows = [
        {"id": f"id-{name}", "displayName": name, "format": "docker2", "status": "active", **fields} for name in names
    ]
    result = {"total": len(names) if total is None else total, "repositories": rows}
    return {"status": "success", "trace_id": "list-1", "result": result}


def read(document: Mapping[str, Any], *, status: int = 200) -> ListPage:
    return read_page(status, JSON, json.dumps(document).encode())


def find(status: int, headers: Mapping[str, str], body: object, name: str = "demo") -> list[Found]:
    """What `CodeArts.find_all` makes of a single page."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return docker_named(read_page(status, headers, raw).found, name)


def test_a_row_is_read_with_all_its_fields() -> None:
    row = {
        "id": "r_1",
        "name": "r_1",
        "displayName": "demo",
        "format": "docker2",
        "status": "active",
        "url": "https://devrepo.example/artgalaxy/r_1/",
        "description": "for us",
        "createdTime": "2026-11-24 10:00:00",
        "createdUserName": "console",
    }
    page = read({"status": "success", "trace_id": "t-1", "result": {"total": 1, "repositories": [row]}})
    registry = Registry(
        id="r_1",
        name="demo",
        format="docker2",
        status="active",
        address="https://devrepo.example/artgalaxy/r_1/",
        description="for us",
        created_at="2026-11-24 10:00:00",
        creator="console",
    )
    assert page == ListPage(found=(Found(registry=registry, trace_id="t-1"),), total=1, trace_id="t-1")


ODD_ROWS: dict[str, tuple[dict[str, Any], Registry]] = {
    "numeric id and an unknown field": (
        {"id": 7, "status": "active", "format": None, "packageType": "docker2", "new": {}},
        Registry(id="", name="demo", format="docker2", status="active", address=None),
    ),
    "everything else is missing": (
        {"format": "docker"},
        Registry(id="", name="demo", format="docker", status="", address=None),
    ),
    "everything else has a wrong type": (
        {"format": "Docker2", "url": 5, "description": [], "createdUserName": {}},
        Registry(id="", name="demo", format="Docker2", status="", address=None),
    ),
    "the id is in `name`": (
        {"name": "r_1", "format": "docker"},
        Registry(id="r_1", name="demo", format="docker", status="", address=None),
    ),
}


@pytest.mark.parametrize("row", [row for row, _ in ODD_ROWS.values()], ids=ODD_ROWS.keys())
def test_an_outline_agrees_with_the_whole_row(row: dict[str, Any]) -> None:
    document = {"status": "success", "trace_id": "t", "result": {"repositories": [{"displayName": "demo", **row}]}}
    raw = json.dumps(document).encode()
    (whole,), (outline,) = (read_page(200, JSON, raw, outline=outline).found for outline in (False, True))
    for field in ("id", "name", "format", "status"):
        assert getattr(outline.registry, field) == getattr(whole.registry, field)


@pytest.mark.parametrize(("row", "registry"), ODD_ROWS.values(), ids=ODD_ROWS.keys())
def test_an_odd_row_is_read_as_far_as_possible(row: dict[str, Any], registry: Registry) -> None:
    page = {"status": "success", "trace_id": "t", "result": {"repositories": [{"displayName": "demo", **row}]}}
    assert find(200, JSON, page) == [Found(registry=registry, trace_id="t")]


@pytest.mark.parametrize(("sent", "total"), [(1, 1), ("1", 1), ("0001", 1), (10**6, 10**6), (0, 0)], ids=repr)
def test_a_count_may_be_sent_as_text(sent: object, total: int) -> None:
    page = read(listed("demo", total=sent))
    assert page.total == total
    assert [each.registry.name for each in page.found] == ["demo"]


def test_a_page_may_omit_its_count() -> None:
    document = listed("demo")
    del document["result"]["total"]
    assert read(document).total is None


@pytest.mark.parametrize("rows", [{"repositories": None}, {}, {"repositories": []}], ids=repr)
def test_the_list_may_be_omitted_when_it_is_empty(rows: dict[str, Any]) -> None:
    page = read({"status": "success", "trace_id": "t", "result": {"total": 0, **rows}})
    assert page == ListPage(found=(), total=0, trace_id="t")


@pytest.mark.parametrize("word", ["success", "SUCCESS", "", None])
def test_the_status_word_may_be_missing(word: str | None) -> None:
    assert len(read({**listed("demo"), "status": word}).found) == 1


# ---- what proves nothing ----


def success(trace_id: str, **fields: Any) -> dict[str, Any]:
    return {"status": "success", "trace_id": trace_id, **fields}


Failed = tuple[int, Mapping[str, str], object, LookupFailed]

UNUSABLE: dict[str, Failed] = {
    "403": (
        403,
        JSON,
        {"error_code": "CR.4102", "error_msg": "no right", "trace_id": "t-1"},
        LookupFailed("CR.4102", message="no right", status=403, trace_id="t-1", refused=True),
    ),
    "404 without a word": (404, JSON, b"", LookupFailed(Reason.ANSWER_UNCLEAR, status=404, refused=True)),
    "error under 200": (
        200,
        JSON,
        {"status": "error", "error": {"code": "X.1", "reason": "no"}, "trace_id": "t-2"},
        LookupFailed("X.1", message="no", status=200, trace_id="t-2"),
    ),
    "error under 200 without a word": (
        200,
        JSON,
        {"status": "error", "trace_id": "t-2"},
        LookupFailed(Reason.ANSWER_UNCLEAR, status=200, trace_id="t-2"),
    ),
    "429": (
        429,
        JSON,
        {"error_code": "APIGW.0308", "error_msg": "slow down", "request_id": "r"},
        LookupFailed("APIGW.0308", message="slow down", status=429, trace_id="r"),
    ),
    "408": (408, {}, b"", LookupFailed(Reason.ANSWER_UNCLEAR, status=408)),
    "499": (499, {}, b"", LookupFailed(Reason.ANSWER_UNCLEAR, status=499)),
    "302": (302, {"Location": "/elsewhere"}, b"", LookupFailed(Reason.ANSWER_UNCLEAR, status=302)),
    "500": (500, {}, b"oops", LookupFailed(Reason.ANSWER_UNCLEAR, status=500)),
    "500 with the rows": (500, JSON, listed(), LookupFailed(Reason.ANSWER_UNCLEAR, status=500, trace_id="list-1")),
    "HTML": (
        200,
        {"X-Request-Id": "gw-1"},
        b"<html>",
        LookupFailed(Reason.ANSWER_UNREADABLE, status=200, trace_id="gw-1"),
    ),
    "empty": (200, {}, b"", LookupFailed(Reason.ANSWER_UNREADABLE, status=200)),
    **{
        name: (200, JSON, document, LookupFailed(Reason.LIST_UNREADABLE, status=200, trace_id=document["trace_id"]))
        for name, document in {
            "another status word": {"status": "pending", "trace_id": "t-3", "result": {"total": 0}},
            "result is null": success("t-4", result=None),
            "result is a list": success("t-5", result=[]),
            "result is empty": success("t-6", result={}),
            "rows promised, no list": success("t-8", result={"total": 3}),
            "a row is not an object": success("t-9", result={"total": 1, "repositories": ["demo"]}),
            "a name is not text": listed("demo", displayName={"zh": "demo"}),
            "a name is a number": listed("demo", displayName=7),
            "a count that is true": listed("demo", total=True),
            "a count below zero": listed("demo", total=-1),
            "a count in words": listed("demo", total="many"),
        }.items()
    },
    "a row without a name": (
        200,
        JSON,
        listed("demo", displayName=None),
        LookupFailed(Reason.LIST_UNREADABLE, trace_id="list-1"),
    ),
    "a name under another key": (
        200,
        JSON,
        success("t-1", result={"total": 1, "repositories": [{"display_name": "demo", "format": "docker2"}]}),
        LookupFailed(Reason.LIST_UNREADABLE, trace_id="t-1"),
    ),
    "the name without its format": (
        200,
        JSON,
        listed("demo", format=None),
        LookupFailed(Reason.LIST_UNREADABLE, trace_id="list-1"),
    ),
}


@pytest.mark.parametrize(("status", "headers", "body", "expected"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_an_unusable_answer_is_not_taken_for_absence(
    status: int, headers: Mapping[str, str], body: object, expected: LookupFailed
) -> None:
    with pytest.raises(LookupFailed) as caught:
        find(status, headers, body)
    assert vars(caught.value) == vars(expected)


@given(status=st.sampled_from([200, 200, 404, 500]), body=st.binary(max_size=80))
def test_arbitrary_bytes_raise_nothing_but_lookup_failed(status: int, body: bytes) -> None:
    with pytest.raises(LookupFailed):
        find(status, JSON, body)


# ---- which row it is ----


def row(name: str = "demo", *, format: str = "docker2", status: str = "active", id: str = "1") -> Found:  # noqa: A002
    return Found(registry=Registry(id=id, name=name, format=format, status=status, address=None), trace_id="t")


@pytest.mark.parametrize(
    ("rows", "ids"),
    [
        ([], ""),
        ([row()], "1"),
        ([row(format="docker")], "1"),
        ([row(format="DOCKER2")], "1"),
        ([row(format="generic")], ""),
        ([row(format="generic"), row(id="2")], "2"),
        ([row("demo-2"), row("my-demo"), row("démo")], ""),
        ([row("Demo"), row(id="2"), row("DEMO", id="3")], "123"),
        ([row(status="disabled"), row(id="2")], "21"),
        ([row(status="disabled"), row(id="2", status="ACTIVE")], "21"),
        ([row(status="disabled"), row(id="2", status="view")], "12"),
        ([row(status="trash")], "1"),
        ([row("other", format="")], ""),
    ],
)
def test_docker_registries_with_this_name_match_in_upper_and_lower_case_active_ones_first(
    rows: list[Found], ids: str
) -> None:
    assert "".join(each.registry.id for each in docker_named(rows, "demo")) == ids


@pytest.mark.parametrize("other", [row(format="generic"), row(format="docker2", id="2")], ids=["jar", "docker"])
def test_a_row_of_that_name_that_hides_its_format_proves_nothing(other: Found) -> None:
    with pytest.raises(LookupFailed) as caught:
        docker_named([other, row(format="")], "demo")
    assert caught.value.code == Reason.LIST_UNREADABLE
    assert caught.value.trace_id == "t"


@pytest.mark.parametrize(
    ("fields", "creator"),
    [
        ({"createdUserId": "u-1", "createdUserName": "bot"}, "u-1"),
        ({"createdUserName": "bot"}, "bot"),
        ({"createdUserId": "", "createdUserName": "bot"}, "bot"),
        ({"createdUserId": 7}, None),
        ({}, None),
    ],
    ids=str,
)
def test_who_made_it_is_known_by_id_or_else_by_name(fields: dict[str, Any], creator: str | None) -> None:
    (found,) = find(200, JSON, listed("demo", **fields))
    assert found.registry.creator == creator


# ---- rows in which something looks like a secret, or is one ----

SECRETS = ("docker", "shop-pw", "active", "PLANTEDKEY000001")
REDACT = redactor(SECRETS)


def rows(*rows: dict[str, Any]) -> list[Registry]:
    found = [{"format": "docker2", "status": "active", **each} for each in rows]
    document = {"status": "success", "trace_id": "list-1", "result": {"total": len(found), "repositories": found}}
    return [each.registry for each in read_page(200, JSON, json.dumps(document).encode(), REDACT).found]


@pytest.mark.parametrize(
    "name", ["docker", "my-docker-images", "shop-pw", "plantedkey000001", "xoxo-party", "xapp-one"]
)
def test_a_name_that_looks_like_a_secret_is_found_all_the_same(name: str) -> None:
    (registry,) = rows({"displayName": name, "url": f"https://registry.example/here/{name}/"})
    assert (registry.name, registry.format, registry.status) == (name, "docker2", "active")
    assert registry.address == f"https://registry.example/here/{name}/"


def test_what_was_different_stays_so_and_holds_no_secret() -> None:
    texts = ["see shop-pw", "see docker", "see xoxo-party", "see xoxo-tea", "see this"]
    found = rows(*({"id": each, "description": each, "createdUserId": each, "displayName": "shop"} for each in texts))
    for kept in ([each.id for each in found], [each.description for each in found], [each.creator for each in found]):
        assert len(set(kept)) == len(texts)
        assert kept[-1] == "see this"
        assert not [text for text in kept[:4] if text is None or "[removed]" not in text]


def test_an_address_that_holds_a_secret_is_dropped() -> None:
    (registry,) = rows({"displayName": "shop", "url": "https://registry.example/PLANTEDKEY000001/shop"})
    assert registry.address is None


def test_a_nameless_row_hides_nothing_that_is_there_and_matters_only_if_it_could_be_one() -> None:
    nameless = row(id="2", name="")
    assert [each.registry.id for each in docker_named([nameless, row(id="1")], "demo")] == ["1"]
    assert docker_named([row(name="", format="maven2")], "demo") == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("https://devrepo.example/org/ap_0a1b_docker2_1/", "https://devrepo.example/org/ap_0a1b_docker2_1/"),
        (" devrepo.example:5000/org ", "devrepo.example:5000/org"),
        ("https://user:password@devrepo.example/org/", None),
        ("https://devrepo.example/org/$(reboot)", None),
        ("https://devrepo.example/org; reboot", None),
        ("https://devrepo.example/org\n<!channel>", None),
        ("https://devrepo.example/`org`", None),
        ("https://devrepo.example/org?token=1", None),
        ("javascript:alert(1)", None),
        (f"https://devrepo.example/{'a' * 500}", None),
        ("", None),
    ],
)
def test_an_address_is_shown_only_if_it_can_be_copied_into_a_command(sent: str, shown: str | None) -> None:
    (found,) = find(200, JSON, listed("demo", url=sent))
    assert found.registry.address == shown
