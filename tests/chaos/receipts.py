"""What the ledger says of each request, held against what people were told and what the cloud made of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa

from bot.domain.approval import NOT_APPROVED
from bot.ledger import queries
from bot.ledger.models import Event, EventCode, Receipt, State
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from tests.chaos.knowable import name_of
from tests.chaos.outsider import OUTSIDER
from tests.chaos.plan import Asked
from tests.chaos.verdict import Violation, is_final, messages_by_name, status_told, traces_told

_WORDS = {State.CREATED: "success", State.REFUSED: "error", State.IN_DOUBT: "unconfirmed"}


def contradictions(
    asked: Iterable[Asked], slack: LocalSlack, cloud: LocalCodeArts, database_url: str
) -> Iterator[Violation]:
    """Every accepted request has one receipt, and no receipt contradicts the message, the cloud, or itself."""
    receipts, told = ledger(database_url), messages_by_name(slack)
    made = Counter(each.display_name for each in cloud.registries if each.created_by != OUTSIDER)
    calls = Counter(name_of(call) for call in cloud.calls if call.operation == "create")
    everybody = {each.name: each for each in asked}
    for name, each in everybody.items():
        found = receipts.get(name, [])
        final = [message for message in told.get(name, []) if is_final(message)]
        if len(found) != 1:
            if found or final or each.accepted:
                yield _wrong(name, f"{len(found)} receipts")
            continue
        for why in _untruths(*found[0], final, registries=made[name], calls=calls[name]):
            yield _wrong(name, why)
        if found[0][0].id != f"{company.TEAM_ID}-{each.view_id}":
            yield _wrong(name, f"the receipt is of {found[0][0].id}")
    for name in receipts.keys() - everybody.keys():
        yield _wrong(name, "nobody asked for it")


def _untruths(
    receipt: Receipt, events: list[Event], final: list[Message], *, registries: int, calls: int
) -> Iterator[str]:
    for message in final:
        expected = receipt.code if receipt.code in NOT_APPROVED else _WORDS.get(State(receipt.state))
        if expected != status_told(message):
            yield f"the receipt says {receipt.state}, the message {status_told(message)}"
        if traces_told(message) != [trace for trace in (receipt.trace_id,) if trace]:
            yield f"the receipt has trace id {receipt.trace_id}, the message {traces_told(message)}"
        if (receipt.message_channel, receipt.message_ts) != (message.channel, message.ts):
            yield f"the receipt names {receipt.message_channel} {receipt.message_ts}, not {message.channel} {message.ts}"
    if (receipt.state == State.CREATED) != (registries > 0) and receipt.state != State.IN_DOUBT:
        yield f"the receipt says {receipt.state}, with {registries} registries"
    codes = Counter(event.code for event in events)
    # A press may be denied, such as while nobody could be asked for an approval, before another of the same form is accepted.
    accepted = [event.code for event in events if event.code != EventCode.DENIED]
    if accepted[:1] != [EventCode.ASKED] or codes[EventCode.ASKED] != 1 or codes[EventCode.TOLD] != 1:
        yield f"its events are {[event.code for event in events]}"
    if [event.details.get("state") for event in events if event.code == EventCode.CONCLUDED][-1:] != [receipt.state]:
        yield f"its last conclusion is not {receipt.state}"
    sent = [bool(event.details["certain"]) for event in events if event.code == EventCode.SENT]
    if not sum(sent) <= calls <= len(sent):
        yield f"{sent} calls were noted as certain, and {calls} made"


def ledger(url: str) -> Mapping[str, list[tuple[Receipt, list[Event]]]]:
    """Every receipt with its events, by the registry's name."""
    parsed = sa.make_url(url)
    postgres = parsed.get_backend_name() == "postgresql"
    engine = sa.create_engine(parsed.set(drivername="postgresql+psycopg") if postgres else parsed)
    found: dict[str, list[tuple[Receipt, list[Event]]]] = {}
    try:
        with engine.connect() as connection:
            for receipt in queries.newest(connection, limit=1_000_000):
                found.setdefault(receipt.name, []).append((receipt, queries.events(connection, receipt.id)))
    finally:
        engine.dispose()
    return found


def _wrong(name: str, why: str) -> Violation:
    return Violation(kind="unrecorded", name=name, why=why)
