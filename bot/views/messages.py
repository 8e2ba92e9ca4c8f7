"""(7) What the channel reads: one message a request, first "creating", then its outcome.

Everything that people or the vendor wrote stands in rich-text `text` leaves, which Slack shows literally: no ping, no
link, no formatting can come out of them (docs/facts/slack.md section 5). All states are rich text, because Slack refuses to
update a rich-text message to anything else (`block_mismatch`).
"""

from typing import Any

from bot import wording
from bot.registry.models import Created, Outcome, Rejected, Submission, Unconfirmed

METADATA_EVENT = "registry_request"
# Enough to quote; what CodeArts says is cut to 500 before, an address is not. Slack takes 3,000 in a leaf.
_VENDOR_TEXT_MAX = 1000

Message = dict[str, Any]
Leaf = dict[str, Any]


def creating(submission: Submission, *, region: str, for_requester: bool = False) -> Message:
    """The message before anything is known; `for_requester` where it cannot be changed later."""
    rows = [_row(wording.LABEL_STATUS, _bold(wording.STATUS_CREATING)), *_request_rows(submission, region)]
    text = f"{wording.CREATING_TITLE} {submission.name}"
    title = [_bold(f"{wording.CREATING_TITLE} "), _code(submission.name)]
    following = wording.CREATING_NEXT_FOR_REQUESTER if for_requester else wording.CREATING_NEXT
    return _message(submission, text, title, rows, following)


def outcome(submission: Submission, result: Outcome, *, region: str) -> Message:
    """The message for good: status, trace id, who asked, description, region, and the next step."""
    title = [_bold(f"{_TITLES[result.kind]} "), _code(submission.name), _text(" "), _emoji(_EMOJI[result.kind])]
    rows = [
        _row(wording.LABEL_STATUS, _bold(status_of(result))),
        _row(wording.LABEL_TRACE_ID, _code(result.trace_id) if result.trace_id else _text(wording.NO_TRACE_ID)),
        *_outcome_rows(result),
        *_request_rows(submission, region),
    ]
    text = summary(submission, result)
    return _message(submission, text, title, rows, next_step(result))


def notice(submission: Submission, result: Outcome) -> Message:
    """The one line that the channels of NOTIFY_CHANNELS read."""
    line = [
        _text(f"{wording.NOTICE_TITLE} "),
        _code(submission.name),
        _text(": "),
        _bold(status_of(result)),
        _text(f" · {wording.LABEL_TRACE_ID} "),
        _code(result.trace_id) if result.trace_id else _text(wording.NO_TRACE_ID),
        _text(f" · {wording.LABEL_ASKED_BY} "),
        {"type": "user", "user_id": submission.requester},
    ]
    return {
        "text": summary(submission, result),
        "blocks": [{"type": "rich_text", "elements": [_section(line)]}],
        "metadata": metadata(submission, role="notice"),
    }


def summary(submission: Submission, result: Outcome) -> str:
    """One line of mrkdwn: the fallback text for notifications and screen readers.

    Safe as it is: a legal name has no backtick and cannot leave its code span, the trace id is escaped.
    """
    return wording.SUMMARY.format(
        name=submission.name,
        status=status_of(result),
        trace_id=escape(result.trace_id or wording.NO_TRACE_ID),
        requester=submission.requester,
    )


def status_of(result: Outcome) -> str:
    """The word that stands for the outcome everywhere: in the channel and in the terminal."""
    return _STATUS[result.kind]


def next_step(result: Outcome) -> str:
    """What to do now, in one or two sentences."""
    match result:
        case Created(confirmed_by_lookup=True, trace_of_lookup=of_lookup):
            return wording.CREATED_BY_LOOKUP_NEXT + (wording.TRACE_OF_LOOKUP if of_lookup else "")
        case Created():
            return wording.CREATED_NEXT
        case Unconfirmed():
            return wording.UNCONFIRMED_NEXT
        case Rejected(code=code):
            # The same code comes with several prefixes: CR.4102, DEV.CR.4102, APIGW.0301, APIG.0301.
            known = (step for end, step in wording.NEXT_STEPS.items() if code and code.endswith(end))
            return next(known, wording.NEXT_STEP_UNKNOWN)


def elsewhere(*, channel: str, why: str, bot: str) -> str:
    """Told to the requester when the chosen channel could not be used; mrkdwn, from our own words and ids only."""
    mends = dict.fromkeys(_NOT_A_MEMBER, wording.MEND_INVITE) | {"is_archived": wording.MEND_ARCHIVED}
    mend = wording.MEND_RESTRICTED if why.startswith("restricted_action") else mends.get(why, wording.MEND_UNKNOWN)
    return wording.ELSEWHERE.format(channel=channel, why=escape(why), mend=mend.format(bot=bot))


def metadata(submission: Submission, *, role: str) -> dict[str, Any]:
    """What lets us find our own message again; readable by every app of the workspace, so ids only."""
    return {"event_type": METADATA_EVENT, "event_payload": {"request": submission.request_id, "role": role}}


def is_of_request(message: Message, request_id: str, *, role: str) -> bool:
    """Whether a message from a channel's history is the one that `metadata` marked."""
    found = message.get("metadata") or {}
    payload = found.get("event_payload") or {}
    return (
        found.get("event_type") == METADATA_EVENT
        and payload.get("request") == request_id
        and payload.get("role") == role
    )


def escape(text: str) -> str:
    """For top-level text: https://docs.slack.dev/messaging/formatting-message-text, ampersand first."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# A private channel that the bot cannot see is "not found" (docs/facts/slack.md section 5).
_NOT_A_MEMBER = frozenset({"not_in_channel", "channel_not_found"})
_TITLES = {
    "created": wording.CREATED_TITLE,
    "rejected": wording.REJECTED_TITLE,
    "unconfirmed": wording.UNCONFIRMED_TITLE,
}
_EMOJI = {"created": "white_check_mark", "rejected": "x", "unconfirmed": "warning"}
_STATUS = {
    "created": wording.STATUS_SUCCESS,
    "rejected": wording.STATUS_ERROR,
    "unconfirmed": wording.STATUS_UNCONFIRMED,
}


def _message(submission: Submission, text: str, title: list[Leaf], rows: list[list[Leaf]], next_step: str) -> Message:
    lines = [leaf for row in rows for leaf in row][:-1]  # without the last row's new line
    return {
        "text": text,
        "blocks": [
            {"type": "rich_text", "elements": [_section(title), _section(lines)]},
            {"type": "context", "elements": [{"type": "plain_text", "text": next_step, "emoji": False}]},
        ],
        "metadata": metadata(submission, role="request"),
    }


def _request_rows(submission: Submission, region: str) -> list[list[Leaf]]:
    rows = [_row(wording.LABEL_ASKED_BY, {"type": "user", "user_id": submission.requester})]
    if submission.description:
        rows.append(_row(wording.LABEL_DESCRIPTION, _text(submission.description)))
    rows.append(_row(wording.LABEL_REGION, _text(region)))
    return rows


def _outcome_rows(result: Outcome) -> list[list[Leaf]]:
    match result:
        case Created(address=str(address)):
            return [_row(wording.LABEL_ADDRESS, _code(address[:_VENDOR_TEXT_MAX]))]
        case Rejected(code=code, message=message) if code in wording.OUR_CODES:
            return [_row(wording.LABEL_OUR_REASON, _text(message))]
        case Rejected(code=code, message=message):
            said = f"{code}: {message}" if code else message
            return [_row(wording.LABEL_REASON, _text(said[:_VENDOR_TEXT_MAX]))]
        case Unconfirmed(reason=reason):
            return [_row(wording.LABEL_OUR_REASON, _text(reason[:_VENDOR_TEXT_MAX]))]
        case _:
            return []


_NEW_LINE: Leaf = {"type": "text", "text": "\n"}


def _row(label: str, value: Leaf) -> list[Leaf]:
    return [_bold(f"{label}: "), value, _NEW_LINE]


def _section(leaves: list[Leaf]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": leaves}


def _text(text: str) -> Leaf:
    return {"type": "text", "text": text}


def _bold(text: str) -> Leaf:
    return {"type": "text", "text": text, "style": {"bold": True}}


def _code(text: str) -> Leaf:
    return {"type": "text", "text": text, "style": {"code": True}}


def _emoji(name: str) -> Leaf:
    return {"type": "emoji", "name": name}
