"""The bytes of the create call and the URL of the list call."""

from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.codearts.wire import create_body, list_path, query_string

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.mark.parametrize(
    ("description", "body"),
    [
        (None, b'{"format": "docker", "display_name": "demo", "type": "Hosted"}'),
        ("", b'{"format": "docker", "display_name": "demo", "description": "", "type": "Hosted"}'),
        ("for us", b'{"format": "docker", "display_name": "demo", "description": "for us", "type": "Hosted"}'),
        ('团"', b'{"format": "docker", "display_name": "demo", "description": "\\u56e2\\"", "type": "Hosted"}'),
    ],
    ids=["no description", "empty", "ASCII", "escaped"],
)
def test_the_body_has_the_keys_the_order_and_the_spelling_of_the_vendors_sdk(
    description: str | None, body: bytes
) -> None:
    assert create_body(name="demo", description=description) == body


def test_the_ids_of_the_list_call_are_encoded_as_path_segments() -> None:
    assert list_path(domain_id="acc", codearts_project_id="pro") == "/cloudartifact/v5/acc/pro/repositories"
    assert list_path(domain_id="a/b", codearts_project_id="c?d ~") == "/cloudartifact/v5/a%2Fb/c%3Fd%20~/repositories"


@pytest.mark.parametrize(
    ("parameters", "query"),
    [
        ({}, ""),
        ({"page_no": 1, "page_size": 100}, "page_no=1&page_size=100"),
        ({"is_recycle_bin": True, "in_project": False}, "is_recycle_bin=true&in_project=false"),
        ({"qname": "a b/c+d~é=&%中"}, "qname=a%20b%2Fc%2Bd~%C3%A9%3D%26%25%E4%B8%AD"),
    ],
    ids=["nothing", "numbers", "booleans", "text"],
)
def test_every_value_of_a_query_is_percent_encoded(parameters: dict[str, str | int], query: str) -> None:
    assert query_string(parameters) == query


@given(qname=TEXT)
def test_a_query_decodes_to_what_was_given_and_has_no_plus(qname: str) -> None:
    query = query_string({"qname": qname})
    assert "+" not in query
    assert unquote(query.removeprefix("qname=")) == qname
    assert parse_qsl(query, keep_blank_values=True) == [("qname", qname)]
