"""(7) What the channel reads: one message per request, "creating" where it takes a while, then its outcome.

All states are rich text, because Slack refuses to update a rich-text message to anything else (`block_mismatch`).
"""

from datetime import UTC, datetime

from bot.domain.outcomes import InDoubt, Refused
from bot.domain.registry import Created, Outcome
from bot.domain.request import Request
from bot.features.create_registry import wording
from bot.features.create_registry.outcomes import is_vendors, next_step, reason_of, status_of, title_of
from bot.slack.blocks import Leaf, Message, bold, code, context, emoji, escape, rich_text, rows, text, user

# Enough to quote; what CodeArts says is already cut to 500, an address is not. Slack takes 3,000 in a leaf.
_VENDOR_TEXT_MAX = 1000
# In the top-level text escaping makes it longer, and chat.update refuses more than 4,000 characters.
_REASON_IN_TEXT_MAX = 500
_EMOJI = {"created": "white_check_mark", "refused": "x", "in_doubt": "warning"}

Row = tuple[str, Leaf]


def creating(request: Request, *, region: str, for_requester: bool = False) -> Message:
    """The message before anything is known; `for_requester` where it cannot be changed later."""
    name = request.payload.name
    status = (wording.LABEL_STATUS, bold(wording.STATUS_CREATING))
    return _message(
        text=f"{wording.CREATING_TITLE} {name}",
        title=[bold(f"{wording.CREATING_TITLE} "), code(name)],
        pairs=[status, *_request_rows(request, region)],
        following=wording.CREATING_NEXT_FOR_REQUESTER if for_requester else wording.CREATING_NEXT,
    )


def checking(request: Request, *, region: str, until: float) -> Message:
    """The message while a lost answer is looked up; `until` is in seconds since the UTC epoch."""
    message = creating(request, region=region)
    at = datetime.fromtimestamp(until, UTC).strftime(wording.TIME_OF_DAY)
    return {**message, "blocks": [message["blocks"][0], context(wording.CHECKING_NEXT.format(until=at))]}


def unseen(request: Request, result: Created, *, region: str) -> Message:
    """The outcome, where CodeArts confirmed the registry and its list does not show it."""
    message = outcome(request, result, region=region)
    return {**message, "blocks": [message["blocks"][0], context(wording.CREATED_UNSEEN_NEXT)]}


def doubled(request: Request, result: Outcome, *, region: str, count: int) -> Message:
    """The outcome, where `count` registries came of one request."""
    message = outcome(request, result, region=region)
    warning = wording.DOUBLED_NEXT.format(count=count)
    return {"text": f"{message['text']}. {warning}", "blocks": [message["blocks"][0], context(warning)]}


def outcome(request: Request, result: Outcome, *, region: str, rechecked: bool = False) -> Message:
    """The final message: status, trace id, who asked, description, region, and the next step.

    `rechecked`: what is in doubt will be looked up again, and the message may change once more.
    """
    title = [bold(f"{title_of(result)} "), code(request.payload.name), text(" "), emoji(_EMOJI[result.kind])]
    pairs = [
        (wording.LABEL_STATUS, bold(status_of(result))),
        (wording.LABEL_TRACE_ID, _trace_id(result)),
        *_outcome_rows(result),
        *_request_rows(request, region),
    ]
    following = next_step(result, rechecked=rechecked)
    return _message(text=_all_in_one(request, result, following), title=title, pairs=pairs, following=following)


def notice(request: Request, result: Outcome) -> Message:
    """The one line that the channels of NOTIFY_CHANNELS read: without name and person where not everybody may know them."""
    if request.origin.public:
        title = [text(f"{wording.NOTICE_TITLE} "), code(request.payload.name), text(": ")]
        person = [text(f" · {wording.LABEL_REQUESTED_BY} "), user(request.origin.requester)]
    else:
        title, person = [text(wording.NOTICE_TITLE_UNNAMED)], []
    line = [*title, bold(status_of(result)), text(f" · {wording.LABEL_TRACE_ID} "), _trace_id(result), *person]
    return {"text": summary(request, result, named=request.origin.public), "blocks": [rich_text(line)]}


def summary(request: Request, result: Outcome, *, named: bool = True) -> str:
    """One line of mrkdwn: what notifications show and screen readers read.

    Safe as it is: a legal name has no backtick and cannot leave its code span, the trace id is escaped.
    """
    traced = wording.SUMMARY_TRACE_ID.format(trace_id=escape(result.trace_id)) if result.trace_id else ""
    line = wording.SUMMARY if named else wording.SUMMARY_UNNAMED
    return line.format(
        name=request.payload.name, status=status_of(result), traced=traced, requester=request.origin.requester
    )


def _all_in_one(request: Request, result: Outcome, following: str) -> str:
    """The outcome with its reason and the next step: all that a screen reader reads of the message."""
    reasons = []
    if isinstance(result, Refused | InDoubt):
        reason = escape(reason_of(result)[:_REASON_IN_TEXT_MAX])
        reasons = [wording.SUMMARY_REASON.format(label=_reason_label(result), reason=reason)]
    return " ".join(_sentence(part) for part in (summary(request, result), *reasons, following))


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _message(*, text: str, title: list[Leaf], pairs: list[Row], following: str) -> Message:
    return {"text": text, "blocks": [rich_text(title, rows(pairs)), context(following)]}


def _request_rows(request: Request, region: str) -> list[Row]:
    pairs = [(wording.LABEL_REQUESTED_BY, user(request.origin.requester))]
    if request.payload.description:
        pairs.append((wording.LABEL_DESCRIPTION, text(request.payload.description)))
    return [*pairs, (wording.LABEL_REGION, text(region)), (wording.LABEL_REFERENCE, code(request.reference))]


def _outcome_rows(result: Outcome) -> list[Row]:
    match result:
        case Created(address=str(address)):
            return [(wording.LABEL_ADDRESS, code(address[:_VENDOR_TEXT_MAX]))]
        case Refused() | InDoubt():
            return [(_reason_label(result), text(reason_of(result)[:_VENDOR_TEXT_MAX]))]
        case _:
            return []


def _reason_label(result: Refused | InDoubt) -> str:
    return wording.LABEL_VENDOR_REASON if is_vendors(result) else wording.LABEL_OUR_REASON


def _trace_id(result: Outcome) -> Leaf:
    return code(result.trace_id) if result.trace_id else text(wording.NO_TRACE_ID)
