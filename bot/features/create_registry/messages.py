"""(7) The message for the channel: one per request, "creating" if it takes a while, then the outcome.

Three lines: what happened, for whom and for what; the address, or why and what to do; status, trace id, region and
reference. All states are rich text, because Slack refuses to update a rich-text message to anything else (`block_mismatch`).
"""

from collections.abc import Iterable
from typing import NotRequired, TypedDict, Unpack

from bot.domain.outcomes import InDoubt, Refused
from bot.domain.registry import Created, Outcome
from bot.domain.request import Request
from bot.features.create_registry import wording
from bot.features.create_registry.models import decision_about
from bot.features.create_registry.outcomes import is_vendors, next_step, reason_of, sentence_for, status_of, title_of
from bot.slack.approval import approved_by
from bot.slack.blocks import (
    Block,
    Leaf,
    Message,
    bold,
    code,
    context,
    emoji,
    escape,
    moment_in_mrkdwn,
    rich_text,
    text,
    time_in_mrkdwn,
    user,
)
from bot.slack.contacts import whom_to_ask
from bot.slack.news import News

# Enough to quote; what CodeArts says is already cut to 500, an address is not. Slack takes 3,000 in a leaf.
_VENDOR_TEXT_MAX = 1000
# In the top-level text escaping makes it longer, and chat.update refuses more than 4,000 characters.
_REASON_IN_TEXT_MAX = 500
_EMOJI = {"created": "white_check_mark", "refused": "x", "in_doubt": "warning"}
_REPLIES = {"created": wording.REPLY_CREATED, "refused": wording.REPLY_REFUSED, "in_doubt": wording.REPLY_IN_DOUBT}


def creating(request: Request, *, region: str, for_requester: bool = False) -> Message:
    """The message before anything is known; `for_requester`: one that cannot be changed later."""
    following = wording.CREATING_NEXT_FOR_REQUESTER if for_requester else wording.CREATING_NEXT
    return {**_in_progress(request, region, following), "text": _creating(request)}


def taking_long(request: Request, *, region: str) -> Message:
    """The message when half a minute has passed."""
    return _in_progress(request, region, wording.LONG_NEXT)


def busy(request: Request, *, region: str, reason: str, until: float) -> Message:
    """The message while Huawei Cloud rejects calls; `reason` is a code, `until` in seconds since the UTC epoch."""
    words = wording.BUSY_NEXT.format(reason=sentence_for(reason), until=time_in_mrkdwn(until))
    return _in_progress(request, region, words, dated=True)


def checking(request: Request, *, region: str, until: float) -> Message:
    """The message while a lost answer is looked up; `until` is in seconds since the UTC epoch."""
    words = wording.CHECKING_NEXT.format(until=time_in_mrkdwn(until))
    return _in_progress(request, region, words, dated=True)


class Frame(TypedDict):
    """What every outcome message contains besides the outcome: region, buttons, and whom to ask for help."""

    region: str
    buttons: NotRequired[Iterable[Block]]
    contact: NotRequired[str | None]


def outcome(
    request: Request, result: Outcome, *, rechecked: bool = False, note: str | None = None, **frame: Unpack[Frame]
) -> Message:
    """The final message. `note`, in mrkdwn, replaces the next step.

    `rechecked`: an uncertain outcome will be looked up again, so the message may change once more.
    """
    following = note or next_step(result, rechecked=rechecked)
    title = [code(request.payload.name), bold(title_of(result)), emoji(_EMOJI[result.kind]), *_for_whom(request)]
    self_evident = note is None and isinstance(result, Created) and result.address and not result.confirmed_by_lookup
    ask = None if self_evident else whom_to_ask(frame.get("contact"))
    last = [] if self_evident else [context(following, beside=ask, dated=note is not None)]
    lines = rich_text(title, *_middle(result), _details(request, result, frame["region"]))
    return {"text": _all_in_one(request, result, following, ask), "blocks": [lines, *last, *frame.get("buttons", ())]}


def unseen(request: Request, result: Created, **frame: Unpack[Frame]) -> Message:
    """The outcome if CodeArts confirmed the registry, but its list does not show it."""
    return outcome(request, result, note=wording.CREATED_UNSEEN_NEXT, **frame)


def doubled(request: Request, result: Outcome, *, count: int, **frame: Unpack[Frame]) -> Message:
    """The outcome if one request created `count` registries."""
    return outcome(request, result, note=wording.DOUBLED_NEXT.format(count=count), **frame)


def checked(request: Request, result: Outcome, *, at: float, **frame: Unpack[Frame]) -> Message:
    """The outcome after somebody had it looked up again `at` that time, without a new result."""
    note = wording.CHECKED_NEXT.format(at=moment_in_mrkdwn(at), following=next_step(result))
    return outcome(request, result, note=note, **frame)


def replaced(request: Request, result: Outcome, *, by: Request, **frame: Unpack[Frame]) -> Message:
    """The outcome of a request that a later one replaced successfully; that is named if the channel may know of it."""
    known = by.payload.name == request.payload.name or by.origin.public or by.origin.channel == request.origin.channel
    note = wording.REPLACED_NEXT if known else wording.REPLACED_UNNAMED_NEXT
    named = note.format(name=by.payload.name, reference=by.reference)
    return outcome(request, result, note=named, **frame)


def news(request: Request, result: Outcome, *, failed: bool) -> News:
    """What is sent outside the chosen channel. `failed`: the outcome is, or has been so far, not a success."""
    origin = request.origin
    in_its_thread = notice(request, result, named=origin.public or origin.thread_channel == origin.channel)
    return News(
        notice=notice(request, result),
        reply=reply(request, result),
        thread=in_its_thread,
        failed=failed,
        name=request.payload.name if origin.public else None,
    )


def reply(request: Request, result: Outcome) -> Message:
    """The reply in the thread of the message, needed because an edit notifies nobody."""
    words = _REPLIES[result.kind].format(requester=request.origin.requester, name=request.payload.name)
    return {"text": words}


def notice(request: Request, result: Outcome, *, named: bool | None = None) -> Message:
    """The line for NOTIFY_CHANNELS, without name and person unless all its readers may know them (`named`)."""
    named = request.origin.public if named is None else named
    if named:
        title = [text(f"{wording.NOTICE_TITLE} "), code(request.payload.name), text(": ")]
        person = [text(f" · {wording.LABEL_REQUESTED_BY} "), user(request.origin.requester)]
    else:
        title, person = [text(wording.NOTICE_TITLE_UNNAMED)], []
    line = [*title, bold(status_of(result)), text(f" · {wording.LABEL_TRACE_ID} "), _trace_id(result), *person]
    return {"text": summary(request, result, named=named), "blocks": [rich_text(line)]}


def summary(request: Request, result: Outcome, *, named: bool = True) -> str:
    """One line of mrkdwn: what notifications show and screen readers read.

    Safe as it is: a legal name has no backtick and cannot leave its code span, the trace id is escaped.
    """
    traced = wording.SUMMARY_TRACE_ID.format(trace_id=escape(result.trace_id)) if result.trace_id else ""
    line = wording.SUMMARY if named else wording.SUMMARY_UNNAMED
    return line.format(
        name=request.payload.name, status=status_of(result), traced=traced, requester=request.origin.requester
    )


def _all_in_one(request: Request, result: Outcome, following: str, ask: str | None) -> str:
    """The outcome with its reason or address and the next step: all that a screen reader reads of the message."""
    more = []
    match result:
        case Refused() | InDoubt():
            reason = escape(reason_of(result)[:_REASON_IN_TEXT_MAX])
            more = [wording.SUMMARY_REASON.format(label=_reason_label(result), reason=reason)]
        case Created(address=str(address)):
            more = [wording.SUMMARY_ADDRESS.format(address=escape(address[:_REASON_IN_TEXT_MAX]))]
    return " ".join(
        _sentence(part) for part in (summary(request, result), *more, following, *([escape(ask)] if ask else []))
    )


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _in_progress(request: Request, region: str, following: str, *, dated: bool = False) -> Message:
    title = [code(request.payload.name), bold(wording.TITLE_CREATING), *_for_whom(request)]
    status = [text(f"{wording.LABEL_STATUS}: "), bold(wording.STATUS_CREATING)]
    blocks = [rich_text(title, [*status, *_region_and_reference(request, region)]), context(following, dated=dated)]
    return {"text": f"{_creating(request)}. {following}", "blocks": blocks}


def _creating(request: Request) -> str:
    return f"{wording.CREATING_TITLE} {request.payload.name}"


def _for_whom(request: Request) -> list[Leaf]:
    person = [text(wording.TITLE_FOR), user(request.origin.requester), *approved_by(decision_about(request.payload))]
    described = request.payload.description
    return [*person, text(wording.SEPARATOR), text(described)] if described else person


def _middle(result: Outcome) -> list[list[Leaf]]:
    match result:
        case Created(address=str(address)):
            return [[text(f"{wording.LABEL_ADDRESS}: "), code(address[:_VENDOR_TEXT_MAX])]]
        case Refused() | InDoubt():
            return [[text(f"{_reason_label(result)}: "), text(reason_of(result)[:_VENDOR_TEXT_MAX])]]
    return []


def _details(request: Request, result: Outcome, region: str) -> list[Leaf]:
    status = [text(f"{wording.LABEL_STATUS}: "), bold(status_of(result))]
    traced = [text(f"{wording.SEPARATOR}{wording.LABEL_TRACE_ID}: "), _trace_id(result)]
    return [*status, *traced, *_region_and_reference(request, region)]


def _region_and_reference(request: Request, region: str) -> list[Leaf]:
    words = f"{wording.SEPARATOR}{region}{wording.SEPARATOR}{wording.LABEL_REFERENCE}: "
    return [text(words), code(request.reference)]


def _reason_label(result: Refused | InDoubt) -> str:
    return wording.LABEL_VENDOR_REASON if is_vendors(result) else wording.LABEL_OUR_REASON


def _trace_id(result: Outcome) -> Leaf:
    return code(result.trace_id) if result.trace_id else text(wording.NO_TRACE_ID)
