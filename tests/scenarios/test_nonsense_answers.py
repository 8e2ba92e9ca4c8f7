"""What neither cloud would answer: redirects, gigabytes, endless lists. The bot keeps working and tells the truth."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from bot.app import Service
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.net.misbehaving_server import MisbehavingServer
from tests.support.people import about, ask_for, outcome_of, words

MEGABYTE = 1024 * 1024
MEMORY_MAX = 64 * MEGABYTE


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """512 MB in half a megabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(bytes(MEGABYTE)) for _ in range(512)), packer.flush()])


@pytest.fixture
def bombs(bomb: bytes) -> dict[str, Fault]:
    json_type = {"Content-Type": "application/json"}
    twice = gzip.compress(bomb)
    return {
        "gzip": Fault.answer(200, bomb, {**json_type, "Content-Encoding": "gzip"}, apply=True),
        "gzip, gzip": Fault.answer(200, twice, {**json_type, "Content-Encoding": "gzip, gzip"}, apply=True),
        "plain": Fault.answer(200, b'{"ok": true, "status": "success"}' + b" " * MEGABYTE, json_type, apply=True),
    }


@pytest.fixture
def memory() -> Iterator[None]:
    tracemalloc.start()
    yield
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MEMORY_MAX


@pytest.mark.parametrize("kind", ["gzip", "gzip, gzip", "plain"])
async def test_an_answer_of_gigabytes_is_doubt_and_costs_little(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, bombs: dict[str, Fault], kind: str, memory: None
) -> None:
    cloud.faults.add("create", bombs[kind])
    cloud.faults.add("list", bombs[kind])
    slack.faults.add("chat.postMessage", bombs[kind])
    slack.faults.add("conversations.history", bombs[kind])
    slack.faults.add("response_url", bombs[kind])
    await ask_for(slack, "heavy")
    await slack.wait_for(lambda: not slack.faults.waiting("conversations.history"))
    await outcome_of(slack, "heavy")
    assert len(about(slack, "heavy")) == 1
    assert sum(call.operation == "create" for call in cloud.calls) == 1
    # The same by the form's own address, if the bot is not a member.
    await ask_for(slack, "heavy-too", channel=company.SECRET_PROJECT)
    await slack.wait_for(lambda: not slack.faults.waiting("response_url"))


@pytest.mark.parametrize("status", [302, 307, 308])
async def test_a_message_goes_nowhere_but_to_slack(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, status: int
) -> None:
    async with MisbehavingServer() as other:
        away = Fault.answer(status, "", {"Location": f"{other.url}/elsewhere"})
        for method in ("chat.postMessage", "conversations.history", "views.open", "response_url"):
            slack.faults.add(method, away)
        cloud.faults.add("create", away)
        cloud.faults.add("list", away)
        await slack.command()  # its form and the word about it are redirected
        await slack.wait_for(lambda: not slack.faults.waiting("response_url"))
        await ask_for(slack, "stays-here")
        await outcome_of(slack, "stays-here")
        assert other.connections == 0
    assert len(about(slack, "stays-here")) == 1


_PACKED = Fault.answer(200, gzip.compress(b'{"ok": true}'), {"Content-Type": "application/gzip"}, apply=True)


@pytest.mark.parametrize(
    "history",
    [
        _PACKED,
        Fault.answer(200, {"ok": True, "messages": [None, 1, "soup"]}),
        Fault.answer(200, {"ok": True, "messages": [], "response_metadata": "soup"}),
        Fault.answer(200, {"ok": True, "messages": [], "response_metadata": {"next_cursor": {"a": 1}}}),
    ],
    ids=["bytes", "no messages", "no metadata", "no cursor"],
)
async def test_an_answer_of_another_shape_is_doubt_and_breaks_no_step(
    bot: Service, slack: LocalSlack, history: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults.add("chat.postMessage", _PACKED)
    slack.faults.add("conversations.history", history)
    slack.faults.add("views.publish", _PACKED)
    await ask_for(slack, "shapeless")
    await slack.wait_for(lambda: not slack.faults.waiting("conversations.history"))
    await outcome_of(slack, "shapeless")
    assert len(about(slack, "shapeless")) == 1
    assert [each.getMessage() for each in caplog.records if each.exc_info or each.levelname == "ERROR"] == []


async def test_a_history_without_end_is_not_read_to_its_end(bot: Service, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    for number in range(100):
        page = {"ok": True, "messages": [], "response_metadata": {"next_cursor": f"page-{number}"}}
        slack.faults.add("conversations.history", Fault.answer(200, page))
    await ask_for(slack, "endless")
    await slack.wait_for(lambda: not slack.faults.waiting("conversations.history"), timeout=20)
    message = await outcome_of(slack, "endless")
    assert "endless" in words(message)
    assert len(about(slack, "endless")) == 1
