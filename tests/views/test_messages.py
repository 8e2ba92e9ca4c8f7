"""What the channel reads: within Slack's limits, literal whoever wrote it, and never without a next step."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import wording
from bot.codearts.answers import MESSAGE_LIMIT, TOKEN_LIMIT
from bot.playground.slack.blocks import problems_of_blocks
from bot.playground.slack.conversations import LONGEST_EDIT
from bot.registry.models import Created, Outcome, Rejected, Submission, Unconfirmed
from bot.views import messages
from bot.views.terminal import outcome_lines

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


def asked(**changes: Any) -> Submission:
    values: dict[str, Any] = {
        "request_id": "T0-V0",
        "name": "team-shop",
        "description": "ours",
        "requester": "U0ANALIND00",
        "channel": "C0TEAMSHOP0",
        "team": "T0",
        "asked_at": 1.0,
    }
    return Submission(**(values | changes))


LONGEST = asked(request_id="T" * 30 + "-" + "V" * 30, name="x" * 20, description="🚀" * 200, requester="U" + "0" * 30)
OUTCOMES: dict[str, Outcome] = {
    "created": Created(trace_id="143-1-82"),
    "created, found by look-up": Created(trace_id="143-1-82", confirmed_by_lookup=True, address="https://a.example/r/"),
    "created, no trace id": Created(trace_id=None, confirmed_by_lookup=True),
    "rejected": Rejected(code="CR.4102", message="no right", trace_id="143-1-82"),
    "rejected without a code": Rejected(code=None, message="no", trace_id=None),
    "unconfirmed": Unconfirmed(reason="It broke off.", trace_id="143-1-82"),
    "unconfirmed without a trace id": Unconfirmed(reason="It broke off."),
    "the longest of the vendor": Rejected(
        code="C" * TOKEN_LIMIT, message="m" * MESSAGE_LIMIT, trace_id="t" * TOKEN_LIMIT
    ),
    "a longer text than any": Rejected(code="C", message="m" * 100_000, trace_id="t" * TOKEN_LIMIT),
    "a longer reason than any": Unconfirmed(reason="m" * 100_000, trace_id="t" * TOKEN_LIMIT),
    "a longer address than any": Created(trace_id="t", confirmed_by_lookup=True, address="https://" + "a" * 10_000),
}


def leaves(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for each in node:
            yield from leaves(each)
    elif isinstance(node, dict):
        if "text" in node and isinstance(node["text"], str):
            yield node
        for each in node.values():
            yield from leaves(each)


def read(message: dict[str, Any]) -> str:
    return "".join(leaf["text"] for leaf in leaves(message["blocks"]))


def every_message(submission: Submission, result: Outcome) -> dict[str, dict[str, Any]]:
    return {
        "creating": messages.creating(submission, region=REGION),
        "outcome": messages.outcome(submission, result, region=REGION),
        "notice": messages.notice(submission, result),
    }


@pytest.mark.parametrize("result", OUTCOMES.values(), ids=OUTCOMES)
@pytest.mark.parametrize("submission", [asked(), asked(description=None), LONGEST], ids=["usual", "bare", "longest"])
def test_every_message_is_within_slacks_limits(submission: Submission, result: Outcome) -> None:
    for message in every_message(submission, result).values():
        assert problems_of_blocks(message["blocks"]) == []
        assert 0 < len(message["text"]) <= LONGEST_EDIT
        assert len(repr(message["blocks"])) < 12_000


@pytest.mark.parametrize("result", OUTCOMES.values(), ids=OUTCOMES)
def test_every_state_is_rich_text_or_slack_would_refuse_the_change(result: Outcome) -> None:
    for message in every_message(asked(), result).values():
        assert message["blocks"][0]["type"] == "rich_text"


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_what_a_person_types_is_one_literal_leaf_and_stands_nowhere_else(text: str) -> None:
    for kind, message in every_message(asked(description=text), OUTCOMES["created"]).items():
        assert text not in message["text"]
        holding = [leaf for leaf in leaves(message["blocks"]) if text in leaf["text"]]
        assert holding == ([] if kind == "notice" else [{"type": "text", "text": text}])


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_what_the_vendor_says_is_literal_and_its_trace_id_is_escaped_in_the_top_level_text(text: str) -> None:
    result = Rejected(code="X.1", message=text, trace_id=text)
    for kind, message in every_message(asked(), result).items():
        if kind == "creating":
            continue
        ours = message["text"].replace("<@U0ANALIND00>", "")
        assert "<" not in ours
        assert ">" not in ours
        literal = [leaf for leaf in leaves(message["blocks"]) if text in leaf["text"]]
        assert literal
        assert {leaf["type"] for leaf in literal} == {"text"}


def test_no_message_contains_mrkdwn_or_a_ping_that_somebody_could_have_typed() -> None:
    for text in NASTY:
        for message in every_message(asked(description=text), Unconfirmed(reason=text, trace_id=text)).values():
            kinds = {node.get("type") for node in _nodes(message["blocks"])}
            assert kinds <= {
                *("rich_text", "rich_text_section", "text", "user", "emoji", "context", "plain_text", None),
            }


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
    message = messages.outcome(asked(name=name), OUTCOMES["created"], region=REGION)
    assert f" {name}:" not in message["text"] or message.get("mrkdwn") is False


@pytest.mark.parametrize("result", OUTCOMES.values(), ids=OUTCOMES)
def test_every_outcome_names_status_and_trace_id_in_all_three_places(result: Outcome) -> None:
    status = {"created": "success", "rejected": "error", "unconfirmed": "unconfirmed"}[result.kind]
    trace_id = result.trace_id or "none was given"
    outcome, notice = (every_message(asked(), result)[kind] for kind in ("outcome", "notice"))
    assert f"Status: {status}\nTrace id: {trace_id}\n" in read(outcome)
    assert read(notice).startswith(f"Registry team-shop: {status} · Trace id {trace_id} · ")
    for message in (outcome, notice):
        assert message["text"] == f"Registry `team-shop`: {status}, trace id {trace_id}, asked for by <@U0ANALIND00>"


@pytest.mark.parametrize("result", OUTCOMES.values(), ids=OUTCOMES)
def test_the_outcome_tells_who_asked_for_what_and_where(result: Outcome) -> None:
    message = messages.outcome(asked(), result, region=REGION)
    assert {"type": "user", "user_id": "U0ANALIND00"} in list(_nodes(message["blocks"]))
    assert "Description: ours\nRegion: ap-southeast-3" in read(message)


def test_a_request_without_a_description_has_no_such_line() -> None:
    assert "Description" not in read(messages.creating(asked(description=None), region=REGION))


def test_an_address_is_shown_only_when_the_api_told_it() -> None:
    assert "Address: https://a.example/r/" in read(
        messages.outcome(asked(), OUTCOMES["created, found by look-up"], region=REGION)
    )
    assert "Address" not in read(messages.outcome(asked(), OUTCOMES["created"], region=REGION))


NEXT = {
    "CR.4102": "Ask the administrator of the CodeArts project.",
    "CR.5000": "Try again later",
    "0301": "must check the access key",
    "0302": "check its rights",
    "0306": "check its rights",
    "0310": "The project is not available.",
}


@pytest.mark.parametrize("prefix", ["", "DEV.", "APIGW.", "APIG."])
@pytest.mark.parametrize("code", NEXT)
def test_a_known_code_has_its_own_next_step_under_every_prefix(code: str, prefix: str) -> None:
    assert NEXT[code] in messages.next_step(Rejected(code=prefix + code, message="x"))


@pytest.mark.parametrize("code", ["already_exists", "unreachable", "throttled"])
def test_our_own_codes_have_a_next_step_of_their_own(code: str) -> None:
    assert messages.next_step(Rejected(code=code, message="x")) == wording.NEXT_STEPS[code]


@pytest.mark.parametrize("code", [None, "", "X.9999", "4102.CR", "CR.4102.OLD"])
def test_any_other_code_has_the_general_next_step(code: str | None) -> None:
    assert messages.next_step(Rejected(code=code, message="x")) == wording.NEXT_STEP_UNKNOWN


@pytest.mark.parametrize("result", OUTCOMES.values(), ids=OUTCOMES)
def test_the_next_step_closes_the_message_and_the_terminals_lines(result: Outcome) -> None:
    closing = messages.outcome(asked(), result, region=REGION)["blocks"][-1]["elements"][0]["text"]
    lines = outcome_lines(result)
    assert closing == messages.next_step(result)
    assert lines[-1] == ("next", closing)
    assert [label for label, _ in lines[:2]] == ["status", "trace_id"]
    assert lines[1][1] == (result.trace_id or "-")


@pytest.mark.parametrize(
    ("why", "mend"),
    [
        ("not_in_channel", "To let me, type /invite <@UBOT> there."),
        ("channel_not_found", "To let me, type /invite <@UBOT> there."),
        ("is_archived", "That channel is archived"),
        ("restricted_action", "ask a workspace admin"),
        ("restricted_action_read_only_channel", "ask a workspace admin"),
        ("something_new<!here>", "Choose another channel next time"),
    ],
)
def test_who_could_not_be_answered_in_the_channel_is_told_why_and_how_to_mend_it(why: str, mend: str) -> None:
    told = messages.elsewhere(channel="C1", why=why, bot="<@UBOT>")
    assert told.startswith("I could not post in <#C1> (")
    assert mend in told
    assert "<!here>" not in told


def test_a_message_is_found_again_by_its_request_and_its_role_alone() -> None:
    message = {"metadata": messages.metadata(asked(), role="request")}
    assert messages.is_of_request(message, "T0-V0", role="request")
    assert not messages.is_of_request(message, "T0-V0", role="notice")
    assert not messages.is_of_request(message, "T0-V1", role="request")


@pytest.mark.parametrize("metadata", [None, {}, {"event_type": "other"}, {"event_type": "registry_request"}], ids=str)
def test_a_message_of_somebody_else_is_not_taken_for_ours(metadata: dict[str, Any] | None) -> None:
    assert not messages.is_of_request({"metadata": metadata}, "T0-V0", role="request")


@given(text=st.text())
def test_escaped_text_has_no_angle_bracket_and_can_be_read_back(text: str) -> None:
    escaped = messages.escape(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text
