"""The messages in the approvers' channel: the question, a reminder, and the answer, by whom, when and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.approval import Decision, Question
from bot.features.approvals import outcomes, wording
from bot.slack.blocks import (
    Block,
    Leaf,
    Message,
    actions,
    bold,
    button,
    channel,
    code,
    context,
    group,
    moment,
    moment_in_mrkdwn,
    rich_text,
    text,
    user,
)
from bot.slack.news import News
from bot.slack.receipts import receipt_button

# Messages keep their buttons for years, so these never change.
APPROVE, DECLINE = "approval_approve", "approval_decline"
_TEXT_MAX = 1000
_NAMED_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalMessages:
    """The messages. `approvers` are the Slack ids of people and groups in the settings."""

    approvers: tuple[str, ...]

    def asking(self, asked: Question) -> Message:
        """The question, with its buttons."""
        request = asked.request
        until = moment_in_mrkdwn(asked.need.until)
        words = wording.IN_TEXT.format(requester=request.origin.requester, name=asked.name, until=until)
        buttons = actions(
            _button(APPROVE, wording.APPROVE, asked, primary=True),
            _button(DECLINE, wording.DECLINE, asked),
            receipt_button(request.id, name=asked.name),
        )
        you = [text(wording.YOU), *_listed(self.approvers)]
        pairs = [*_about(asked), (wording.LABEL_YOU, you), (wording.LABEL_UNTIL, [moment(asked.need.until)])]
        return {"text": words, "blocks": [_lines(asked, pairs), context(wording.NEXT), buttons]}

    def waiting(self, asked: Question, *, unasked: bool = False) -> Message:
        """The message where the request was made, while it waits. `unasked`: the approvers cannot be asked yet."""
        return outcomes.waiting(asked, unasked=unasked)

    def ended(self, asked: Question, decision: Decision) -> Message:
        """The same message, if the request was not approved."""
        return outcomes.ended(asked, decision)

    def news(self, asked: Question, decision: Decision) -> News:
        """The line for other channels, and the reply to the requester."""
        return outcomes.news(asked, decision)

    def reminding(self, asked: Question) -> Message:
        """The reminder, in the thread of the question."""
        until = moment_in_mrkdwn(asked.need.until)
        return {"text": wording.REMINDER.format(name=asked.name, until=until, approvers=mentions(self.approvers))}

    def answered(self, asked: Question, decision: Decision) -> Message:
        """The answer, which replaces the question."""
        answer = wording.ANSWERED.get(decision.answer, decision.answer)
        words = wording.ANSWERED_IN_TEXT.format(
            requester=asked.request.origin.requester, name=asked.name, answer=answer.lower()
        )
        said = [bold(answer), *_by(decision), text(" · "), moment(decision.at)]
        if decision.why:
            said.append(text(f": {decision.why[:_TEXT_MAX]}"))
        following = wording.ANSWERED_PERHAPS.get(decision.doubt or "") or wording.ANSWERED_NEXT.get(decision.answer)
        receipt = actions(receipt_button(asked.request.id, name=asked.name))
        lines = _lines(asked, _about(asked), last=said)
        return {"text": words, "blocks": [lines, *([context(following)] if following else []), receipt]}


def mentions(approvers: Iterable[str]) -> str:
    """The approvers as mentions in mrkdwn; of many, the first ones."""
    shown, others = _shown(approvers)
    named = [f"<!subteam^{each}>" if each.startswith("S") else f"<@{each}>" for each in shown]
    return (", ".join(named) or wording.NOBODY) + others


Pairs = list[tuple[str, list[Leaf]]]


def _about(asked: Question) -> Pairs:
    origin, need = asked.request.origin, asked.need
    where = channel(origin.channel) if origin.channel.startswith(("C", "G")) else text(wording.PRIVATE_CONVERSATION)
    return [
        *([(wording.LABEL_FOR, [text(asked.description)])] if asked.description else []),
        (wording.LABEL_WHY, [text(wording.WHY.get(need.rule or "", wording.WHY_ALWAYS))]),
        *([(wording.LABEL_REASON, [text(need.reason[:_TEXT_MAX])])] if need.reason else []),
        (wording.LABEL_RESULT_IN, [where]),
        (wording.LABEL_REFERENCE, [code(asked.request.reference)]),
    ]


def _lines(asked: Question, pairs: Pairs, *, last: list[Leaf] | None = None) -> Block:
    title = [user(asked.request.origin.requester), text(wording.ASKS), code(asked.name)]
    return rich_text(title, *([last] if last else []), _rows(pairs))


def _rows(pairs: Pairs) -> list[Leaf]:
    leaves = [leaf for label, values in pairs for leaf in (bold(f"{label}: "), *values, text("\n"))]
    return leaves[:-1]


def _listed(approvers: tuple[str, ...]) -> Iterator[Leaf]:
    shown, others = _shown(approvers)
    for number, each in enumerate(shown):
        if number:
            yield text(", ")
        yield group(each) if each.startswith("S") else user(each)
    if others:
        yield text(others)


def _shown(approvers: Iterable[str]) -> tuple[list[str], str]:
    """Those who are named, and the words for how many more there are: a section has room for about 190 mentions."""
    everybody = list(approvers)
    more = len(everybody) - _NAMED_MAX
    return everybody[:_NAMED_MAX], wording.MORE.format(number=more) if more > 0 else ""


def _by(decision: Decision) -> list[Leaf]:
    if decision.by is None:
        return []
    # An operator who used the terminal is known by `user@host`, which is not a Slack id.
    who = text(wording.BY_OPERATOR) if "@" in decision.by else user(decision.by)
    return [text(wording.ANSWERED_BY), who]


def _button(action_id: str, label: str, asked: Question, *, primary: bool = False) -> Block:
    described = wording.DESCRIBED.format(label=label, name=asked.name)
    return button(action_id, label, asked.request.id, described=described, primary=primary)
