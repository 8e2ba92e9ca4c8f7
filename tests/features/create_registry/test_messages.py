"""What the channel reads: within Slack's limits, literal for every author, and never without a next step."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.codearts.answers import MESSAGE_LIMIT, TOKEN_LIMIT
from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created, Outcome
from bot.domain.request import Request
from bot.features.create_registry import messages
from bot.features.create_registry.buttons import row
from bot.features.create_registry.kept import Kept
from bot.features.create_registry.outcomes import next_step, reason_of
from bot.playground.slack import company
from bot.playground.slack.blocks import problems_of_blocks
from bot.playground.slack.chat import LONGEST_EDIT
from tests.features.create_registry.samples import request_of

REGION = "ap-southeast-3"
NASTY = [
    "<!channel>",
    "<!here>",
    "@here @channel @everyone",
    "<@U0BENOKORO0>",
    "<#C0GENERAL00>",
    "<http://x|y>",
    "https://example.com",
    "`code` ```block```",
    "*bold* _it_ ~no~",
    ":tada: :x:",
    "\u202eevil\u202c\u200f",
    "a & b &lt;",
    "> quote",
    "two\nlines",
]


LONGEST = request_of(name="x" * 20, description="🚀" * 200, requester="U" + "0" * 30, public=True)
OUTCOMES: dict[str, Outcome] = {
    "created": Created(trace_id="143-1-82"),
    "created, found by look-up": Created(trace_id="143-1-82", confirmed_by_lookup=True, address="https://a.example/r/"),
    "created, trace id of the look-up": Created(trace_id="143-1", confirmed_by_lookup=True, trace_of_lookup=True),
    "created, no trace id": Created(trace_id=None, confirmed_by_lookup=True),
    "refused": Refused(code="CR.4102", message="no right", trace_id="143-1-82", status=403),
    "refused without the vendor's words": Refused(code="CR.4102", trace_id="143-1-82", status=403),
    "refused without a code": Refused(code=Reason.REFUSED_WITHOUT_CODE, status=404),
    "refused by us": Refused(code=Reason.ALREADY_EXISTS, trace_id="143-1-82"),
    "in doubt": InDoubt(code=Reason.CONNECTION_BROKE, trace_id="143-1-82"),
    "in doubt without a trace id": InDoubt(code=Reason.NO_ANSWER),
    "in doubt with the vendor's words": InDoubt(code=Reason.ANSWER_UNCLEAR, message="CR.5000: oh", status=500),
    "in doubt for a reason of another build": InDoubt(code="something_new"),
    "the longest of the vendor": Refused(
        code="C" * TOKEN_LIMIT, message="m" * MESSAGE_LIMIT, trace_id="t" * TOKEN_LIMIT
    ),
    "a longer text than any": Refused(code="C", message="m" * 100_000, trace_id="t" * TOKEN_LIMIT),
    "a longer reason than any": InDoubt(code="C", message="m" * 100_000, trace_id="t" * TOKEN_LIMIT),
    "a longer address than any": Created(trace_id="t", confirmed_by_lookup=True, address="https://" + "a" * 10_000),
}


UNTIL = 1_764_192_000.0


def row_of(request: Request, result: Outcome) -> list[dict[str, Any]]:
    return row(Kept(request=request, outcome=result, looked_before=True), can_look_up=True)


def leaves(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for each in node:
            yield from leaves(each)
    elif isinstance(node, dict):
        if "text" in node and isinstance(node["text"], str):
            yield node
        if node.get("type") == "actions":
            return
        for each in node.values():
            yield from leaves(each)


def read(message: dict[str, Any]) -> str:
    return "".join(leaf["text"] for leaf in leaves(message["blocks"]))


def every_message(request: Request, result: Outcome) -> dict[str, dict[str, Any]]:
    return {
        "creating": messages.creating(request, region=REGION),
        "creating, alone": messages.creating(request, region=REGION, for_requester=True),
        "creating, for long": messages.taking_long(request, region=REGION),
        "creating, busy": messages.busy(request, region=REGION, reason=Reason.THROTTLED, until=UNTIL),
        "creating, checking": messages.checking(request, region=REGION, until=UNTIL),
        "outcome": messages.outcome(request, result, region=REGION, buttons=row_of(request, result)),
        "notice": messages.notice(request, result),
    }


@pytest.mark.parametrize("result", OUTCOMES.values(), ids=OUTCOMES)
@pytest.mark.parametrize(
    "asked", [request_of(), request_of(description=None), LONGEST], ids=["usual", "bare", "longest"]
)
def test_every_message_is_within_slacks_limits(asked: Request, result: Outcome) -> None:
    for message in every_message(asked, result).values():
        assert problems_of_blocks(message["blocks"]) == []
        assert 0 < len(message["text"]) <= LONGEST_EDIT
        assert len(repr(message["blocks"])) < 12_000


@pytest.mark.parametrize("result", OUTCOMES.values(), ids=OUTCOMES)
def test_every_state_is_rich_text_or_slack_would_refuse_the_change(result: Outcome) -> None:
    for message in every_message(request_of(), result).values():
        assert message["blocks"][0]["type"] == "rich_text"


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_what_a_person_types_is_one_literal_leaf_and_is_nowhere_else(text: str) -> None:
    for kind, message in every_message(request_of(description=text), OUTCOMES["created"]).items():
        assert text not in message["text"]
        holding = [leaf for leaf in leaves(message["blocks"]) if text in leaf["text"]]
        assert holding == ([] if kind == "notice" else [{"type": "text", "text": text}])


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_what_the_vendor_says_is_literal_and_its_trace_id_is_escaped_in_the_top_level_text(text: str) -> None:
    result = Refused(code="X.1", message=text, trace_id=text)
    for kind, message in every_message(request_of(), result).items():
        if kind.startswith("creating"):
            continue
        ours = message["text"].replace("<@U0ANALIND00>", "")
        assert "<" not in ours
        assert ">" not in ours
        literal = [leaf for leaf in leaves(message["blocks"]) if text in leaf["text"]]
        assert literal
        assert {leaf["type"] for leaf in literal} == {"text"}


def test_no_message_contains_mrkdwn_or_a_ping_that_somebody_could_have_typed() -> None:
    for text in NASTY:
        for message in every_message(
            request_of(description=text), InDoubt(code="X.1", message=text, trace_id=text)
        ).values():
            nodes = list(_nodes(message["blocks"]))
            assert {node.get("type") for node in nodes} <= {
                *("rich_text", "rich_text_section", "text", "user", "emoji", "context", "plain_text", None),
                *("actions", "button", "mrkdwn"),
            }
            # Only for a moment, which Slack shows to each in their own time.
            marked = [node["text"] for node in nodes if node.get("type") == "mrkdwn"]
            assert all("<!date^1764192000^" in each and text not in each for each in marked)


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for each in node:
            yield from _nodes(each)
    elif isinstance(node, dict):
        yield node
        for each in node.values():
            yield from _nodes(each)


@pytest.mark.parametrize("name", ["_shop_", "_a_b_"])
def test_a_legal_name_is_not_formatted_in_the_top_level_text(name: str) -> None:
    message = messages.outcome(request_of(name=name), OUTCOMES["created"], region=REGION)
    assert f" {name}:" not in message["text"] or message.get("mrkdwn") is False


@pytest.mark.parametrize("result", OUTCOMES.values(), ids=OUTCOMES)
def test_every_outcome_names_status_and_trace_id_in_all_places(result: Outcome) -> None:
    status = {"created": "success", "refused": "error", "in_doubt": "unconfirmed"}[result.kind]
    trace_id = result.trace_id or "none was given"
    outcome, notice = (every_message(request_of(public=True), result)[kind] for kind in ("outcome", "notice"))
    assert f"Status: {status} · Trace id: {trace_id} · " in read(outcome)
    assert read(notice).startswith(f"Registry team-shop: {status} · Trace id {trace_id} · ")
    traced = f", trace id {result.trace_id}" if result.trace_id else ""
    for message in (outcome, notice):
        assert message["text"].startswith(f"Registry `team-shop`: {status}{traced}, requested by <@U0ANALIND00>")
        assert "none was given" not in message["text"]


@pytest.mark.parametrize("result", OUTCOMES.values(), ids=OUTCOMES)
def test_who_reads_only_the_top_level_text_reads_reason_and_next_step_too(result: Outcome) -> None:
    message = messages.outcome(request_of(), result, region=REGION)
    words = message["text"]
    assert words.endswith(next_step(result))
    if isinstance(result, Refused | InDoubt):
        reason = reason_of(result)[:500]
        assert f": {reason}" in words
        assert words.index(reason) < words.index(next_step(result))
    assert ".." not in words
    assert "  " not in words


def test_a_reason_is_escaped_in_the_top_level_text() -> None:
    result = Refused(code="X.1", message="<!channel> & <@U0BENOKORO0>", trace_id="143-1")
    words = messages.outcome(request_of(), result, region=REGION)["text"]
    assert "Huawei Cloud said: X.1: &lt;!channel&gt; &amp; &lt;@U0BENOKORO0&gt;. " in words


@pytest.mark.parametrize("result", OUTCOMES.values(), ids=OUTCOMES)
@pytest.mark.parametrize("text", ["secret-shop", "Images of a secret"])
def test_a_notice_about_a_request_that_not_everybody_may_read_names_neither_registry_nor_person(
    result: Outcome, text: str
) -> None:
    asked = request_of(name="secret-shop", description="Images of a secret")
    message = messages.notice(asked, result)
    assert text not in repr(message)
    assert company.ANA not in repr(message)
    assert company.TEAM_SHOP not in repr(message)
    status = {"created": "success", "refused": "error", "in_doubt": "unconfirmed"}[result.kind]
    for words in (message["text"], read(message)):
        assert words.startswith("A registry requested in a private channel: " + status)
        assert result.trace_id is None or result.trace_id in words


def test_the_vendors_words_may_name_the_registry_so_they_are_kept_out_of_such_a_notice() -> None:
    result = Refused(code="CR.1", message="secret-shop exists", trace_id="143-1")
    assert "secret-shop" not in repr(messages.notice(request_of(name="secret-shop"), result))


@pytest.mark.parametrize("result", OUTCOMES.values(), ids=OUTCOMES)
def test_the_outcome_tells_who_requested_what_and_where_and_the_reference(result: Outcome) -> None:
    for kind in ("creating", "outcome"):
        message = every_message(request_of(), result)[kind]
        assert {"type": "user", "user_id": "U0ANALIND00"} in list(_nodes(message["blocks"]))
        assert read(message).startswith("team-shop ")
        assert " for  · ours" in read(message)
        assert " · ap-southeast-3 · Reference: R-7K2F9" in read(message)


def test_a_request_without_a_description_has_no_such_line() -> None:
    assert "ours" in read(messages.creating(request_of(), region=REGION))
    assert " for Status" in read(messages.creating(request_of(description=None), region=REGION))


def test_an_address_is_shown_only_when_the_api_told_it() -> None:
    assert "Address: https://a.example/r/" in read(
        messages.outcome(request_of(), OUTCOMES["created, found by look-up"], region=REGION)
    )
    assert "Address" not in read(messages.outcome(request_of(), OUTCOMES["created"], region=REGION))


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("refused", "Huawei Cloud said: CR.4102: no right"),
        ("refused without the vendor's words", "Huawei Cloud said: CR.4102"),
        (
            "refused without a code",
            "Reason: Huawei Cloud refused the request (HTTP 404) without saying why.",
        ),
        ("refused by us", "Reason: A registry with this name already exists."),
        ("in doubt", "Reason: The connection broke before Huawei Cloud answered."),
        ("in doubt with the vendor's words", "Huawei Cloud said: CR.5000: oh"),
        ("in doubt for a reason of another build", "Reason: Huawei Cloud's answer could not be understood."),
    ],
)
def test_the_vendors_words_and_ours_are_told_apart(kind: str, line: str) -> None:
    assert line in read(messages.outcome(request_of(), OUTCOMES[kind], region=REGION))


@pytest.mark.parametrize("result", OUTCOMES.values(), ids=OUTCOMES)
def test_the_next_step_closes_the_message(result: Outcome) -> None:
    closing = messages.outcome(request_of(), result, region=REGION)["blocks"][1]["elements"][0]["text"]
    assert closing == next_step(result)


def test_a_requester_who_alone_sees_it_is_not_promised_that_the_message_will_change() -> None:
    closing = [
        every_message(request_of(), OUTCOMES["created"])[kind]["blocks"][-1]["elements"][0]["text"]
        for kind in ("creating", "creating, alone")
    ]
    assert ["This message will change." in each for each in closing] == [True, False]
