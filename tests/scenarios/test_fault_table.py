"""Every fault at every outbound call, through the front door; the results are counted at the servers.

A row is a fault at a call of a request, which is instant, or so slow that the channel is told that it is being worked on.
`Told` says what must be true when the request is finished: the status word, how many registries and create calls there are,
how many messages tell the outcome in the channel, how many still say "creating" there, how many tell it to the requester
alone or in the further channel, and words that are read.
"""

import dataclasses
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace

import aiohttp
import pytest
import pytest_asyncio

from bot import clients, wording
from bot.app import Service
from bot.playground.codearts.records import CloudCall
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from bot.slack.outbound import rate
from tests.support.people import ask_for, words
from tests.support.running import BOT_TOKEN, QUICK, SIGNING_SECRET, all_finished, running_bot, settings_for

# One bot for each half of the table: every row asks for a name of its own and leaves no fault behind.
pytestmark = pytest.mark.asyncio(loop_scope="module")

DIRECT = "D" + company.ANA[1:]
AS_USUAL = Fault.slow(0)
# When the channel is told that a request is being worked on: never, or before the first look of a slow one has an answer.
PROGRESS_AFTER = {"instant": 60.0, "slow": 0.05}
SLOW_FIRST_LOOK = (("cloud", "list", Fault.slow(0.2)),)
HTML = {"Content-Type": "text/html"}


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What must be true when the request is finished. `because`: the code that the requester is told about."""

    status: str = "success"
    registries: int = 1
    creates: int = 1
    outcomes: int = 1
    stale: int = 0
    direct: int = 0
    notices: int = 1
    reads: str = ""
    because: str | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """One outbound call: how often its operation is called before it, and what else must go wrong to get there.

    `times`: how often the fault happens.
    """

    server: str
    operation: str
    expected: Mapping[str, Expected]
    faults: Mapping[str, Fault]
    pace: str = "instant"
    passes: int = 0
    times: int = 1
    beforehand: tuple[tuple[str, str, Fault], ...] = ()
    channel: str = company.TEAM_SHOP


# ---- the faults ----

TRANSPORT: Mapping[str, Fault] = {
    "slow": Fault.slow(0.05),
    "reset before it applied": Fault.drop(),
    "closed before it applied": Fault.drop(reset=False),
    "reset after it applied": Fault.drop(apply=True),
    "closed after it applied": Fault.drop(apply=True, reset=False),
    "truncated, not applied": Fault.truncate(),
    "truncated, applied": Fault.truncate(apply=True),
    "garbage, not applied": Fault.garbage(),
    "garbage, applied": Fault.garbage(apply=True),
    "read timeout, not applied": Fault.hang(),
    "read timeout, applied": Fault.hang(apply=True),
    "500 HTML, not applied": Fault.answer(500, "<html>oops</html>", HTML),
    "502 HTML, applied": Fault.answer(502, "<html>bad gateway</html>", HTML, apply=True),
    "empty 200, not applied": Fault.answer(200),
    "empty 200, applied": Fault.answer(200, apply=True),
    "HTML 200, not applied": Fault.answer(200, "<html>welcome</html>", HTML),
    "HTML 200, applied": Fault.answer(200, "<html>welcome</html>", HTML, apply=True),
}
THROTTLED = {"error_code": "APIGW.0308", "error_msg": "over ratelimit", "request_id": "{trace_id}"}
BROKEN = {"error_code": "CR.5000", "error_msg": "unknown", "status": "error", "trace_id": "{trace_id}"}
CODEARTS: Mapping[str, Fault] = {
    **TRANSPORT,
    "400": Fault.answer(400, {"error_code": "CR.4000", "error_msg": "bad", "trace_id": "{trace_id}"}),
    "401": Fault.answer(401, {"error_code": "APIGW.0301", "error_msg": "bad key", "request_id": "{trace_id}"}),
    "403": Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right", "trace_id": "{trace_id}"}),
    "404 HTML": Fault.answer(404, "<html>nothing here</html>", HTML),
    "408, applied": Fault.answer(408, "", apply=True),
    "429": Fault.answer(429, THROTTLED),
    "429 without a body": Fault.answer(429),
    "429 with Retry-After": Fault.answer(429, THROTTLED, {"Retry-After": "1"}),
    "0308 under 403": Fault.answer(403, THROTTLED),
    "0308 under 503": Fault.answer(503, THROTTLED),
    "0308 under 200": Fault.answer(200, THROTTLED),
    "500 JSON, not applied": Fault.answer(500, BROKEN),
    "500 JSON, applied": Fault.answer(500, BROKEN, apply=True),
    "504, applied": Fault.answer(504, {"error_code": "APIGW.0203", "error_msg": "timeout"}, apply=True),
    "status error under 200": Fault.answer(200, {"status": "error", "error_msg": "no", "trace_id": "{trace_id}"}),
    "success without a trace id, not applied": Fault.answer(200, {"status": "success", "result": None}),
    "success without a trace id, applied": Fault.answer(200, {"status": "success", "result": None}, apply=True),
}


def refusal(code: str, *, apply: bool = False) -> Fault:
    return Fault.answer(200, {"ok": False, "error": code}, apply=apply)


SLACK: Mapping[str, Fault] = {
    **TRANSPORT,
    "429": Fault.answer(429, {"ok": False, "error": "ratelimited"}),
    "429 with Retry-After": Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"}),
    "503 JSON": Fault.answer(503, {"ok": False, "error": "service_unavailable"}),
    "500 JSON, applied": Fault.answer(500, {"ok": False, "error": "internal_error"}, apply=True),
    "fatal_error, applied": refusal("fatal_error", apply=True),
    "internal_error, not applied": refusal("internal_error"),
}
LAYOUT = ("msg_blocks_too_long", "invalid_blocks")
REFUSED = (
    *("not_in_channel", "channel_not_found", "is_archived", "restricted_action"),
    *("token_revoked", "account_inactive", "message_not_found"),
)
SLACK_CODES: Mapping[str, Fault] = {code: refusal(code) for code in (*LAYOUT, *REFUSED)}


# ---- what must come of them ----

# The answer was lost: found by look-up, not made again. Certain or found absent: made again, once.
OF_CREATE: Mapping[str, Expected] = {
    **{name: Expected(creates=2) for name in CODEARTS},
    **{name: Expected(reads="Confirmed by look-up") for name, fault in CODEARTS.items() if fault.apply},
    "slow": Expected(reads=" is ready "),
    "400": Expected(status="error", registries=0, reads="CR.4000: bad"),
    "403": Expected(status="error", registries=0, reads="Ask the administrator of the CodeArts project."),
    "404 HTML": Expected(status="error", registries=0, reads="Huawei Cloud refused the request (HTTP 404)"),
    "status error under 200": Expected(status="error", registries=0, reads="Huawei Cloud said: no"),
}
# Whatever a look-up meets: it is asked again, and the creation is never repeated on the word of a failed one.
OF_LOOK_BEFORE = dict.fromkeys(CODEARTS, Expected(reads=" is ready "))
OF_LOOK_UP = dict.fromkeys(CODEARTS, Expected(reads="Confirmed by look-up"))
FEW = {
    name: CODEARTS[name] for name in ("slow", "reset after it applied", "garbage, applied", "429", "500 JSON, applied")
}
OF_LOOK_INTO_BIN = dict.fromkeys(FEW, Expected(creates=2))
# A message that may have been posted is looked for before it is posted again.
OF_POST: Mapping[str, Expected] = {
    **dict.fromkeys(SLACK, Expected()),
    **dict.fromkeys(LAYOUT, Expected()),
    **{code: Expected(because=code) for code in REFUSED},
}
# Slack will not change the message, whatever the reason: it is asked once more, then the outcome is posted anew and the old
# words stay.
OF_UPDATE: Mapping[str, Expected] = dict.fromkeys((*SLACK, *LAYOUT, *REFUSED), Expected())
OF_UPDATES: Mapping[str, Expected] = dict.fromkeys(REFUSED, Expected(stale=1))
# Only its answer tells whether a response_url was used: in doubt the requester is told directly, never the channel twice.
# Nor are the further channels told without name and person counted: they do not name it.
SECRET = Expected(because="channel_not_found", notices=0)
OF_RESPONSE: Mapping[str, Expected] = {
    **{name: replace(SECRET, outcomes=int(fault.apply), direct=1) for name, fault in SLACK.items()},
    **{code: replace(SECRET, outcomes=0, direct=1) for code in (*LAYOUT, *REFUSED)},
    **dict.fromkeys(("slow", "429", "429 with Retry-After"), SECRET),
}
# What was told through the form cannot be changed: it is told with the address, or the requester would get that alone.
OF_COURTESY: Mapping[str, Expected] = dict.fromkeys(SLACK, SECRET)
# The explanation is one attempt; the outcome itself has been told.
OF_EXPLANATION: Mapping[str, Expected] = {
    name: SECRET if fault.apply else replace(SECRET, because=None) for name, fault in SLACK.items()
}
OF_NOTICE: Mapping[str, Expected] = {
    **dict.fromkeys(SLACK, Expected()),
    **dict.fromkeys(LAYOUT, Expected()),
    **dict.fromkeys(REFUSED, Expected(notices=0)),
}
# Where the history may not be read, posting again is the lesser evil.
UNREADABLE = ("missing_scope", "not_in_channel", "channel_not_found")
OF_HISTORY: Mapping[str, Expected] = {
    **dict.fromkeys(SLACK, Expected()),
    **dict.fromkeys(UNREADABLE, Expected(outcomes=2)),
}
OF_HISTORY_OF_CREATING: Mapping[str, Expected] = {**OF_HISTORY, **dict.fromkeys(UNREADABLE, Expected(stale=1))}

# ---- the outbound calls ----

ALL_OF_SLACK = {**SLACK, **SLACK_CODES}
LOST_CREATE = (("cloud", "create", Fault.drop(apply=True)),)
FAILED_CREATE = (("cloud", "create", Fault.drop()),)
NO_POST = (("slack", "chat.postMessage", Fault.drop()),)
LOST_POST = (("slack", "chat.postMessage", Fault.drop(apply=True)),)
HISTORY = {**SLACK, **{code: refusal(code) for code in UNREADABLE}}
PLACES: Mapping[str, Place] = {
    "create": Place(server="cloud", operation="create", faults=CODEARTS, expected=OF_CREATE),
    "list before": Place(server="cloud", operation="list", faults=CODEARTS, expected=OF_LOOK_BEFORE),
    "list as look-up": Place(
        server="cloud", operation="list", faults=CODEARTS, expected=OF_LOOK_UP, passes=1, beforehand=LOST_CREATE
    ),
    "recycle bin as look-up": Place(
        server="cloud",
        operation="list",
        faults=FEW,
        expected=OF_LOOK_INTO_BIN,
        passes=2,
        beforehand=FAILED_CREATE,
    ),
    "outcome": Place(server="slack", operation="chat.postMessage", faults=ALL_OF_SLACK, expected=OF_POST),
    "outcome by response_url": Place(
        server="slack",
        operation="response_url",
        faults=ALL_OF_SLACK,
        expected=OF_RESPONSE,
        channel=company.SECRET_PROJECT,
    ),
    "why elsewhere": Place(
        server="slack",
        operation="response_url",
        faults=SLACK,
        expected=OF_EXPLANATION,
        passes=1,
        channel=company.SECRET_PROJECT,
    ),
    "notice": Place(server="slack", operation="chat.postMessage", faults=ALL_OF_SLACK, expected=OF_NOTICE, passes=1),
    "history": Place(
        server="slack",
        operation="conversations.history",
        faults=HISTORY,
        expected=OF_HISTORY,
        beforehand=LOST_POST,
    ),
    "creating": Place(
        server="slack",
        operation="chat.postMessage",
        faults=ALL_OF_SLACK,
        expected=OF_POST,
        pace="slow",
    ),
    "creating by response_url": Place(
        server="slack",
        operation="response_url",
        faults=SLACK,
        expected=OF_COURTESY,
        pace="slow",
        channel=company.SECRET_PROJECT,
    ),
    "update": Place(server="slack", operation="chat.update", faults=ALL_OF_SLACK, expected=OF_UPDATE, pace="slow"),
    "update, twice": Place(
        server="slack",
        operation="chat.update",
        faults={code: refusal(code) for code in REFUSED},
        expected=OF_UPDATES,
        pace="slow",
        times=2,
    ),
    "outcome after a lost creating": Place(
        server="slack",
        operation="chat.postMessage",
        faults=ALL_OF_SLACK,
        expected=OF_POST,
        pace="slow",
        beforehand=NO_POST,
    ),
    "history after a lost creating": Place(
        server="slack",
        operation="conversations.history",
        faults=HISTORY,
        expected=OF_HISTORY_OF_CREATING,
        pace="slow",
        beforehand=LOST_POST,
    ),
}
ROWS = [
    pytest.param(each.pace, place, fault, id=f"{place}: {fault}")
    for place, each in PLACES.items()
    for fault in each.faults
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN) as server:
        server.invite_bot(company.PLATFORM)
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cloud() -> AsyncIterator[LocalCodeArts]:
    # A taken name is accepted: a doubled create call shall show as a doubled registry.
    async with LocalCodeArts(duplicate="accepted") as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(
    request: pytest.FixtureRequest, slack: LocalSlack, cloud: LocalCodeArts, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    database = tmp_path_factory.mktemp("table") / "bot.sqlite3"
    settings = settings_for(slack, cloud, database, NOTIFY_CHANNELS=company.PLATFORM, CODEARTS_READ_TIMEOUT="1.5")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "_SLACK_TIMEOUT", aiohttp.ClientTimeout(total=1.5))
        patch.setattr(rate, "_PACE_SECONDS", 0.02)
        delivery = dataclasses.replace(QUICK, progress_after=PROGRESS_AFTER[request.param])
        async with running_bot(settings, slack, delivery=delivery) as service:
            # From then on its view is proven and its creator known.
            first = f"first-{len(slack.views)}"
            await ask_for(slack, first)
            await all_finished(30)
            assert [status_in(message) for message in outcomes(slack, first, company.TEAM_SHOP)] == ["success"]
            yield service


@pytest.fixture(autouse=True)
def no_fault_left(slack: LocalSlack, cloud: LocalCodeArts) -> object:
    yield
    slack.faults.clear()
    cloud.faults.clear()


@pytest.mark.parametrize(("bot", "place", "fault"), ROWS, indirect=["bot"], scope="module")
async def test_a_fault_ends_as_its_row_says(
    slack: LocalSlack, cloud: LocalCodeArts, bot: Service, place: str, fault: str
) -> None:
    at, servers, name = PLACES[place], {"slack": slack, "cloud": cloud}, f"t{len(slack.views)}"
    said_before = {channel: len(slack.messages(channel)) for channel in (at.channel, DIRECT)}
    for server, operation, trouble in (*at.beforehand, *(SLOW_FIRST_LOOK if at.pace == "slow" else ())):
        servers[server].faults.add(operation, trouble)
    if at.passes:
        servers[at.server].faults.add(at.operation, AS_USUAL, times=at.passes)
    servers[at.server].faults.add(at.operation, at.faults[fault], times=at.times)

    await ask_for(slack, name, channel=at.channel)
    await all_finished(30)

    assert not servers[at.server].faults.waiting(at.operation), "the row's call was never made"
    assert counted(slack, cloud, name, at.channel) == replace(at.expected[fault], reads="", because=None)
    told = outcomes(slack, name, at.channel) + outcomes(slack, name, DIRECT)
    assert at.expected[fault].reads in words(told[0])
    assert_trace_id_is_of(cloud, name, told)
    new = [each.text for channel, count in said_before.items() for each in slack.messages(channel)[count:]]
    because = at.expected[fault].because
    assert [why(because) in text for text in new if "could not post" in text] == ([True] if because else [])
    assert await bot.health.why_not_ready() == []


def why(code: str | None) -> str:
    """How the explanation continues for a code: no code is read there."""
    if code in ("not_in_channel", "channel_not_found"):
        return wording.FIX_INVITE.partition(" To let")[0]
    fixes = {
        "is_archived": wording.FIX_ARCHIVED,
        "restricted_action": wording.FIX_RESTRICTED,
        "token_revoked": wording.FIX_NOT_CONNECTED.partition(" and quote")[0],
        "account_inactive": wording.FIX_NOT_CONNECTED.partition(" and quote")[0],
    }
    return fixes.get(code or "", wording.FIX_UNKNOWN.partition(",")[0])


def counted(slack: LocalSlack, cloud: LocalCodeArts, name: str, channel: str) -> Expected:
    """What the servers have of a name."""
    creating = [each for each in slack.messages(channel) if each.text.startswith(f"Creating the registry {name}")]
    final, direct = outcomes(slack, name, channel), outcomes(slack, name, DIRECT)
    return Expected(
        status=" and ".join({status_in(message) for message in final + direct}),
        registries=sum(registry.display_name == name for registry in cloud.registries),
        creates=len(creates(cloud, name)),
        outcomes=len(final),
        stale=sum(each.ephemeral_to is None for each in creating),
        direct=len(direct),
        notices=len(outcomes(slack, name, company.PLATFORM)),
    )


def outcomes(slack: LocalSlack, name: str, channel: str) -> list[Message]:
    """The messages in a channel, for all its members, that tell how it ended."""
    return [
        message
        for message in slack.messages(channel)
        if message.ephemeral_to is None and message.text.startswith(f"Registry `{name}`: ")
    ]


def status_in(message: Message) -> str:
    return message.text.split(": ")[1].split(",")[0]


def creates(cloud: LocalCodeArts, name: str) -> list[CloudCall]:
    return [
        call for call in cloud.calls if call.operation == "create" and json.loads(call.body)["display_name"] == name
    ]


def assert_trace_id_is_of(cloud: LocalCodeArts, name: str, told: list[Message]) -> None:
    """Each message bears the trace id of a call about that very name; a refusal that came without one says so."""
    looks = [call for call in cloud.calls if call.operation == "list" and call.query.get("qname") == name]
    given = {call.trace_id for call in creates(cloud, name) + looks}
    for message in told:
        traced = message.text.partition(", requested by")[0].partition(", trace id ")[2]
        assert traced in given or (status_in(message) == "error" and not traced), message.text
