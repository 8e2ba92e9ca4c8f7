"""A request: nobody changes it, and what lets its holder post stays out of everything that is printed."""

import dataclasses
import traceback
from typing import Any

import pytest

from bot.domain.request import Origin, Request

URL = "https://hooks.slack.com/commands/T0/1/secret"


@pytest.fixture
def request_with_url() -> Request:
    origin = Origin(door="command", requester="U0", team="T0", channel="C0", response_url=URL)
    return Request(id="T0-V0", reference="R-7K2F9", origin=origin, payload="anything", accepted_at=1.0)


def test_the_response_url_is_in_no_repr(request_with_url: Request) -> None:
    assert request_with_url.origin.response_url == URL
    for shown in (repr(request_with_url), str(request_with_url), f"{request_with_url.origin}"):
        assert "hooks.slack.com" not in shown
        assert "U0" in shown


def test_the_response_url_is_not_in_a_traceback_with_local_variables(request_with_url: Request) -> None:
    try:
        raise ValueError(request_with_url)
    except ValueError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "request_with_url = Request(" in shown
    assert "hooks.slack.com" not in shown


def test_two_requests_with_other_response_urls_are_not_the_same(request_with_url: Request) -> None:
    other = dataclasses.replace(request_with_url.origin, response_url=None)
    assert other != request_with_url.origin


@pytest.mark.parametrize("part", [lambda request: request, lambda request: request.origin], ids=["request", "origin"])
def test_nobody_changes_a_request(request_with_url: Request, part: Any) -> None:
    for each in dataclasses.fields(part(request_with_url)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(part(request_with_url), each.name, None)


def test_where_no_name_and_no_response_url_are_known_there_are_none() -> None:
    origin = Origin(door="terminal", requester="U0", team="T0", channel="C0")
    assert (origin.requester_name, origin.response_url) == ("", None)
