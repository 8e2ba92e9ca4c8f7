"""The count at the servers: how every request ended, whatever the bot believes.

For each accepted request there is one message that others can read, and at most one registry that the bot made:

- "success": the bot made one, and the trace id was given out for a call about that very name;
- "error": the bot made none, and somebody else had one of this name;
- "unconfirmed": nobody could know (`knowable.py`).

Somebody else (`outsider.py`) may have deleted it since; their registries count for nobody. For a request that was never
accepted: the same, or nothing at all.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from tests.chaos.knowable import name_of, nobody_could_know
from tests.chaos.outsider import OUTSIDER
from tests.chaos.plan import Asked
from tests.support.people import words

Kind = Literal["lost", "doubled", "misreported", "unconfirmed", "refused", "unrecorded", "undecided"]
# How a request ends that was not approved: `decisions.py` holds it against what was decided.
_NOT_APPROVED = {"declined", "withdrawn", "expired"}

# Names are given out by people.py; whatever the bot says with one in it, in whatever words, is about that request.
_NAME = re.compile(r"\br[0-9]{5}\b")
_STATUS, _TRACE = re.compile(r"Status: (\w+)"), re.compile(r"Trace id: (?!none was given)(\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A broken promise, about one request."""

    kind: Kind
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The figures of a run. `registries` are those that the bot made, `unknowable` the messages that say "unconfirmed"."""

    accepted: int
    registries: int
    messages: int
    unknowable: int
    violations: tuple[Violation, ...]

    def count(self, kind: Kind) -> int:
        """How many requests broke the promise in this way."""
        return len({violation.name for violation in self.violations if violation.kind == kind})


def name_told(message: Message) -> str | None:
    """The registry that a message of the bot is about."""
    matched = _NAME.search(message.text) if message.user == company.BOT_USER else None
    return matched[0] if matched else None


def is_final(message: Message) -> bool:
    """Whether it tells an outcome."""
    return not {"creating", "waiting"}.issuperset(_STATUS.findall(words(message)))


def messages_by_name(slack: LocalSlack) -> dict[str, list[Message]]:
    """What others can read about each registry, in all channels."""
    told: dict[str, list[Message]] = defaultdict(list)
    for channel in slack.channels:
        if channel == company.PLATFORM:  # the approvers', who are not part of this
            continue
        for message in slack.messages(channel):
            name = name_told(message)
            if name is not None and message.ephemeral_to is None and not message.is_reply:
                told[name].append(message)
    return told


def judge(asked: Iterable[Asked], slack: LocalSlack, cloud: LocalCodeArts) -> Verdict:
    """Count. Call it when nothing is in progress any more."""
    everybody = list(asked)
    made: dict[str, int] = defaultdict(int)
    others: set[str] = set()
    for registry in cloud.registries:
        if registry.created_by == OUTSIDER:
            others.add(registry.display_name)
        else:
            made[registry.display_name] += 1
    messages, evidence = messages_by_name(slack), _Evidence(traces=_traces(cloud), unknowable=nobody_could_know(cloud))
    violations: list[Violation] = []
    for each in everybody:
        about = messages.get(each.name, [])
        for kind, why in _faults_of(each, made[each.name], each.name in others, about, evidence):
            violations.append(Violation(kind=kind, name=each.name, why=why))
    known = {each.name for each in everybody}
    misspelt_settings = sorted((messages.keys() | {name for name, count in made.items() if count}) - known)
    violations += [Violation(kind="misreported", name=name, why="nobody asked for it") for name in misspelt_settings]
    return Verdict(
        accepted=sum(each.accepted for each in everybody),
        registries=sum(made.values()),
        messages=sum(len(about) for about in messages.values()),
        unknowable=sum(status_told(message) == "unconfirmed" for about in messages.values() for message in about),
        violations=tuple(violations),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """The name that each trace id is about, and the names for which nobody could know the outcome."""

    traces: Mapping[str, str]
    unknowable: set[str]


def _faults_of(
    asked: Asked, made: int, others: bool, about: list[Message], evidence: _Evidence
) -> Iterator[tuple[Kind, str]]:
    final = [message for message in about if is_final(message)]
    if made > 1:
        yield "doubled", f"{made} registries"
    if len(final) > 1:
        yield "doubled", f"{len(final)} final messages"
    if len(about) > len(final):
        yield "misreported", f"{len(about) - len(final)} message(s) tell no outcome"
    if asked.accepted or made or about:
        if not made and not _excused(asked, others, final, evidence):
            yield "lost", "no registry"
        if not final:
            yield "lost", "no final message"
    if not asked.accepted and not asked.walked_away:
        yield "refused", f"the form never closed; the last answer was {asked.last_answer}"
    for message in final:
        yield from _untruths(asked, message, made, others, evidence)


def _excused(asked: Asked, others: bool, final: list[Message], evidence: _Evidence) -> bool:
    """Whether it was said why there is no registry, and rightly."""
    told = {status_told(message) for message in final}
    if told and told <= _NOT_APPROVED:
        return True
    return (told == {"error"} and others) or (told == {"unconfirmed"} and asked.name in evidence.unknowable)


def _untruths(
    asked: Asked, message: Message, made: int, others: bool, evidence: _Evidence
) -> Iterator[tuple[Kind, str]]:
    shown, traces = words(message), evidence.traces
    (status, *more), given = _STATUS.findall(shown), traces_told(message)
    if status == "unconfirmed":
        if asked.name not in evidence.unknowable:
            yield "unconfirmed", f"honest, but it could be known; {made} registries"
    elif status == "success":
        if not made:
            yield "misreported", "success, and there is no registry"
    elif made or not (others or status in _NOT_APPROVED):
        yield "misreported", f"the status is {status}, with {made} registries: {shown!r}"
    if status not in {"unconfirmed", *_NOT_APPROVED} and [traces.get(trace) for trace in given] != [asked.name]:
        yield "misreported", f"the trace ids {given} were given out for {list(map(traces.get, given))}"
    if message.channel != asked.channel:
        yield "misreported", f"told in {message.channel} instead of {asked.channel}"
    if more or not all(word in message.text for word in (status, *given)):
        yield "misreported", f"blocks and text differ: {shown!r}, {message.text!r}"


def status_told(message: Message) -> str:
    """The status that a message tells."""
    return next(iter(_STATUS.findall(words(message))), "")


def traces_told(message: Message) -> list[str]:
    """The trace ids that a message tells."""
    return _TRACE.findall(words(message))


def _traces(cloud: LocalCodeArts) -> dict[str, str]:
    """The name that each trace id is about."""
    return {call.trace_id: str(name_of(call) or call.query.get("qname")) for call in cloud.calls}
