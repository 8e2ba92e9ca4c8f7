"""What was decided about each request that waited, held against who pressed what, the cloud, and what everybody reads."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from bot.domain.approval import NOT_APPROVED, ApprovalAnswer
from bot.ledger.models import Event, EventCode, Receipt, State
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from tests.chaos.deciders import MAY_ANSWER, WHY, questions
from tests.chaos.knowable import name_of
from tests.chaos.plan import Asked
from tests.chaos.receipts import ledger
from tests.chaos.verdict import Violation, messages_by_name, name_told, status_told
from tests.support.approving import APPROVE, DECLINE, WITHDRAW, buttons
from tests.support.people import words

_SHOWN = {
    ApprovalAnswer.APPROVED: "Approved",
    ApprovalAnswer.DECLINED: "Declined",
    ApprovalAnswer.WITHDRAWN: "Withdrawn",
    ApprovalAnswer.EXPIRED: "Not answered in time",
}
_PRESS = {ApprovalAnswer.APPROVED: APPROVE, ApprovalAnswer.DECLINED: DECLINE, ApprovalAnswer.WITHDRAWN: WITHDRAW}


def broken(
    asked: Iterable[Asked],
    slack: LocalSlack,
    cloud: LocalCodeArts,
    database_url: str,
    pressed: Mapping[str, set[tuple[str, str]]],
) -> Iterator[Violation]:
    """One decision for each, by somebody who may and who gave it; one creation or none; everybody told once."""
    receipts, told = ledger(database_url), messages_by_name(slack)
    calls = Counter(name_of(call) for call in cloud.calls if call.operation == "create")
    asking: dict[str | None, list[Message]] = defaultdict(list)
    for message in questions(slack):
        asking[name_told(message)].append(message)
    for each in asked:
        for receipt, events in receipts.get(each.name, []):
            where = told.get(each.name, [])
            whys = [
                *_untrue(each, receipt, events, pressed.get(each.name, set()), calls[each.name]),
                *_asked_wrongly(receipt, events, asking[each.name]),
                *_told_wrongly(receipt, where, [reply for one in where for reply in slack.thread(one.channel, one.ts)]),
            ]
            yield from (Violation(kind="undecided", name=each.name, why=why) for why in whys)


def figures(database_url: str) -> Counter[str]:
    """How many requests had which answer."""
    return Counter(
        event.code
        for found in ledger(database_url).values()
        for _, events in found
        for event in events
        if event.code in set(ApprovalAnswer)
    )


def _untrue(
    asked: Asked, receipt: Receipt, events: list[Event], pressed: set[tuple[str, str]], calls: int
) -> Iterator[str]:
    answers = [event for event in events if event.code in set(ApprovalAnswer)]
    if len(answers) != 1:
        yield f"{len(answers)} decisions: {[each.code for each in answers]}"
        return
    (event,) = answers
    answer = ApprovalAnswer(event.code)
    if (receipt.decided_by, receipt.decided_at) != (event.who, event.at):
        yield f"the receipt says by {receipt.decided_by}, the event {event.who}"
    if answer in _PRESS and (_PRESS[answer], event.who) not in pressed:
        yield f"{answer} by {event.who}, who did not press it: {pressed}"
    if answer in {ApprovalAnswer.APPROVED, ApprovalAnswer.DECLINED} and (
        event.who == asked.user or event.who not in MAY_ANSWER
    ):
        yield f"{answer} by {event.who}, who may not"
    if answer is ApprovalAnswer.WITHDRAWN and event.who != asked.user:
        yield f"withdrawn by {event.who}, asked for by {asked.user}"
    if answer is ApprovalAnswer.DECLINED and receipt.decided_why != WHY:
        yield f"the reason is {receipt.decided_why!r}"
    if answer is not ApprovalAnswer.APPROVED and (calls or (receipt.state, receipt.code) != (State.REFUSED, answer)):
        yield f"{answer}, and {calls} create calls; the receipt says {receipt.state} {receipt.code}"
    if answer is ApprovalAnswer.APPROVED and receipt.code in NOT_APPROVED:
        yield f"approved, and the receipt says {receipt.code}"


def _asked_wrongly(receipt: Receipt, events: list[Event], asking: list[Message]) -> Iterator[str]:
    answers = [event.code for event in events if event.code in set(ApprovalAnswer)]
    if len(asking) > 1:
        yield f"{len(asking)} questions in the approvers' channel"
    noted = [event for event in events if event.code == EventCode.WAITING]
    if len(noted) > 1 or (noted and not asking):
        yield f"{len(noted)} questions noted, {len(asking)} there"
    for message in asking:
        if buttons(message) & {APPROVE, DECLINE}:
            yield f"it was {answers}, and the question still has its buttons"
        elif answers and _SHOWN[ApprovalAnswer(answers[0])] not in words(message):
            yield f"it was {answers}, and the approvers read {words(message)!r}"


def _told_wrongly(receipt: Receipt, where: list[Message], replies: list[Message]) -> Iterator[str]:
    if receipt.code not in NOT_APPROVED:
        return
    for message in where:
        if status_told(message) != receipt.code:
            yield f"it was {receipt.code}, and the message says {status_told(message)}"
        if buttons(message) & {WITHDRAW}:
            yield "its message still has Withdraw"
    wanted = 0 if receipt.code == ApprovalAnswer.WITHDRAWN else 1
    pings = [each for each in replies if f"<@{receipt.requester}>" in each.text]
    if len(pings) != wanted:
        yield f"whoever asked was called {len(pings)} times"
