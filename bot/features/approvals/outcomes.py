"""The message where the request was made: while it waits, and if it was not approved. Pure.

Like all messages of a request, three lines of rich text: what, for whom; why; status, region and reference.
"""

from bot.domain.approval import ApprovalAnswer, Decision, Question
from bot.features.approvals import wording
from bot.ledger.models import State
from bot.slack.approval import withdraw_button
from bot.slack.blocks import (
    Leaf,
    Message,
    actions,
    bold,
    code,
    context,
    emoji,
    escape,
    moment,
    moment_in_mrkdwn,
    rich_text,
    text,
    user,
)
from bot.slack.news import News
from bot.slack.receipts import receipt_button

_TEXT_MAX = 500


def waiting(asked: Question, *, unasked: bool = False) -> Message:
    """The message while the approvers are asked. `unasked`: posting to their channel has failed so far."""
    request = asked.request
    following = (wording.UNASKED_NEXT if unasked else wording.WAITING_NEXT).format(
        until=moment_in_mrkdwn(asked.need.until)
    )
    lines = rich_text(_title(asked, wording.WAITING), _last(asked, wording.STATUS[State.WAITING]))
    buttons = actions(withdraw_button(request.id, name=asked.name), receipt_button(request.id, name=asked.name))
    words = wording.WAITING_IN_TEXT.format(name=asked.name, requester=request.origin.requester)
    return {"text": f"{words} {following}", "blocks": [lines, context(following, dated=True), buttons]}


def ended(asked: Question, decision: Decision) -> Message:
    """The message if it was not approved."""
    following = wording.ENDED_PERHAPS.get(decision.doubt or "", wording.ENDED_NEXT[decision.answer])
    ended_how = wording.EXPIRED_PERHAPS if _perhaps_expired(decision) else wording.ENDED[decision.answer]
    lines = rich_text(_title(asked, ended_how, mark="x"), _why(decision), _last(asked, _status(decision)))
    receipt = actions(receipt_button(asked.request.id, name=asked.name))
    why = f" {escape(decision.why[:_TEXT_MAX])}" if decision.why else ""
    return {"text": f"{_summary(asked, decision)}.{why} {following}", "blocks": [lines, context(following), receipt]}


def news(asked: Question, decision: Decision) -> News:
    """The same as a line for others, and a reply to the requester, unless they have ended it themselves."""
    origin = asked.request.origin
    reply = wording.REPLY_PERHAPS if _perhaps_expired(decision) else wording.REPLY[decision.answer]
    words = reply.format(requester=origin.requester, name=asked.name)
    withdrawn = decision.answer == ApprovalAnswer.WITHDRAWN
    named = _summary(asked, decision)
    unnamed = wording.SUMMARY_UNNAMED.format(status=_status(decision))
    in_its_thread = named if origin.public or origin.thread_channel == origin.channel else unnamed
    return News(
        notice={"text": named if origin.public else unnamed},
        reply=None if withdrawn else {"text": words},
        thread={"text": in_its_thread},
        failed=not withdrawn,
        name=asked.name if origin.public else None,
    )


def _summary(asked: Question, decision: Decision) -> str:
    # Safe as it is: a legal name has no backtick and cannot leave its code span.
    return wording.SUMMARY.format(name=asked.name, status=_status(decision), requester=asked.request.origin.requester)


def _title(asked: Question, words: str, *, mark: str | None = None) -> list[Leaf]:
    described = [text(" · "), text(asked.description)] if asked.description else []
    shown = [emoji(mark)] if mark else []
    return [code(asked.name), bold(words), *shown, text(wording.FOR), user(asked.request.origin.requester), *described]


def _why(decision: Decision) -> list[Leaf]:
    if decision.answer != ApprovalAnswer.DECLINED or decision.by is None:
        why = wording.EXPIRED_PERHAPS_WHY if _perhaps_expired(decision) else wording.ENDED_WHY[decision.answer]
        return [text(why), moment(decision.at)]
    by = [text(wording.DECLINED_BY), user(decision.by), text(wording.AT), moment(decision.at)]
    return [*by, text(f": {decision.why[:_TEXT_MAX]}")] if decision.why else by


def _perhaps_expired(decision: Decision) -> bool:
    return decision.answer == ApprovalAnswer.EXPIRED and decision.doubt is not None


def _last(asked: Question, status: str) -> list[Leaf]:
    words = f" · {asked.region} · {wording.LABEL_REFERENCE}: "
    return [text(f"{wording.LABEL_STATUS}: "), bold(status), text(words), code(asked.request.reference)]


def _status(decision: Decision) -> str:
    return wording.STATUS[decision.answer]
