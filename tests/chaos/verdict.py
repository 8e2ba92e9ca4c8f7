"""The count at the servers: what became of every request, whatever the bot believes.

For each accepted request: one active registry of its name, one message about it that others can read, which tells
"success" with a trace id that CodeArts gave out for a call about that very name. For one that was never accepted: the
same, or nothing at all.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from tests.chaos.plan import Asked
from tests.support.people import words

Kind = Literal["lost", "doubled", "misreported", "unconfirmed", "refused"]
KINDS: tuple[Kind, ...] = ("lost", "doubled", "misreported", "unconfirmed", "refused")

# Names are given out by people.py; whatever the bot says with one in it, in whatever words, is about that request.
_NAME = re.compile(r"\br[0-9]{5}\b")
_STATUS, _TRACE = re.compile(r"Status: (\w+)"), re.compile(r"Trace id: (.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A broken promise, about one request."""

    kind: Kind
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The figures of a run."""

    accepted: int
    registries: int
    messages: int
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
    return not {"creating"}.issuperset(_STATUS.findall(words(message)))


def messages_by_name(slack: LocalSlack) -> dict[str, list[Message]]:
    """What others can read about each registry, in all channels."""
    told: dict[str, list[Message]] = defaultdict(list)
    for channel in slack.channels:
        for message in slack.messages(channel):
            name = name_told(message)
            if name is not None and message.ephemeral_to is None:
                told[name].append(message)
    return told


def judge(asked: Iterable[Asked], slack: LocalSlack, cloud: LocalCodeArts) -> Verdict:
    """Count. To be called when nothing is under way any more."""
    everybody = list(asked)
    registries: dict[str, int] = defaultdict(int)
    for registry in cloud.registries:
        registries[registry.display_name] += registry.status == "active"
    messages, traces = messages_by_name(slack), _traces(cloud)
    violations: list[Violation] = []
    for each in everybody:
        about = messages.get(each.name, [])
        for kind, why in _faults_of(each, registries[each.name], about, traces):
            violations.append(Violation(kind=kind, name=each.name, why=why))
    known = {each.name for each in everybody}
    strangers = sorted((messages.keys() | {name for name, count in registries.items() if count}) - known)
    violations += [Violation(kind="misreported", name=name, why="nobody asked for it") for name in strangers]
    return Verdict(
        accepted=sum(each.accepted for each in everybody),
        registries=sum(registries.values()),
        messages=sum(len(about) for about in messages.values()),
        violations=tuple(violations),
    )


def _faults_of(
    asked: Asked, registries: int, about: list[Message], traces: Mapping[str, str]
) -> Iterator[tuple[Kind, str]]:
    final = [message for message in about if is_final(message)]
    if registries > 1:
        yield "doubled", f"{registries} registries"
    if len(final) > 1:
        yield "doubled", f"{len(final)} final messages"
    if len(about) > len(final):
        yield "misreported", f"{len(about) - len(final)} message(s) still say creating"
    if asked.accepted or registries or about:
        if not registries:
            yield "lost", "no registry"
        if not final:
            yield "lost", "no final message"
    if not asked.accepted and not asked.walked_away:
        yield "refused", f"the form never closed; the last answer was {asked.last_answer}"
    for message in final:
        yield from _untruths(asked, message, registries, traces)


def _untruths(asked: Asked, message: Message, registries: int, traces: Mapping[str, str]) -> Iterator[tuple[Kind, str]]:
    shown = words(message)
    (status, *more), traces_told = _STATUS.findall(shown), _TRACE.findall(shown)
    if status == "unconfirmed":
        yield "unconfirmed", f"honest, but undecided; {registries} registries"
    elif status != "success":
        yield "misreported", f"the status is {status}, with {registries} registries: {shown!r}"
    elif not registries:
        yield "misreported", "success, and there is no registry"
    if status != "unconfirmed" and [traces.get(trace) for trace in traces_told] != [asked.name]:
        yield "misreported", f"the trace ids {traces_told} were given out for {list(map(traces.get, traces_told))}"
    if message.channel != asked.channel:
        yield "misreported", f"told in {message.channel} instead of {asked.channel}"
    if more or not all(word in message.text for word in (status, *traces_told)):
        yield "misreported", f"blocks and text differ: {shown!r}, {message.text!r}"


def _traces(cloud: LocalCodeArts) -> dict[str, str]:
    """The name that each trace id is about."""
    return {call.trace_id: str(_asked_of(call.body) or call.query.get("qname")) for call in cloud.calls}


def _asked_of(body: bytes) -> str | None:
    try:
        wanted = json.loads(body)
    except ValueError:
        return None
    return wanted.get("display_name") if isinstance(wanted, dict) else None
