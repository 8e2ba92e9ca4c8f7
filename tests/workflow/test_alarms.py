"""Operators are told once, by however many replicas and restarts, and a change of that message tells that it is over."""

from collections.abc import AsyncIterator, Callable, Iterator

import aiohttp
import pytest
import sqlalchemy as sa
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from bot.slack.outbound.poster import Poster
from bot.workflow.alarms import Alarm, Alarms
from bot.workflow.database import open_database
from bot.workflow.tables import prepare
from tests.support.running import BOT_TOKEN

HOUR = 3600.0
MakeAlarms = Callable[[], Alarms]


class World:
    """The clock, and what is wrong."""

    now = 1_700_000_000.0
    wrong: bool | None = False


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    engine = open_database(request.getfixturevalue(f"{request.param}_url"))
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
async def replica(slack: LocalSlack, world: World, database: sa.Engine) -> AsyncIterator[MakeAlarms]:
    """Makes processes that look at the same alarm."""
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, session=session, retry_handlers=[])

        async def nothing() -> None:
            return None

        def make() -> Alarms:
            alarm = Alarm(cause="key_refused", text="The key is refused.", wrong=lambda: world.wrong)
            return Alarms(
                database,
                poster=Poster(client=client, session=session),
                channel=company.TEAM_SHOP,
                alarms=[alarm],
                before_look=nothing,
                clock=lambda: world.now,
            )

        yield make


def told(slack: LocalSlack) -> list[Message]:
    return slack.messages(company.TEAM_SHOP)


async def test_it_is_told_once_by_two_replicas_and_after_a_restart(
    slack: LocalSlack, world: World, replica: MakeAlarms
) -> None:
    one, other = replica(), replica()
    await one.look()
    assert told(slack) == []
    world.wrong = True
    for each in (one, other, one, replica()):
        await each.look()
        world.now += 5
    assert [each.text for each in told(slack)] == [":warning: The key is refused."]
    world.now += 5 * HOUR
    await one.look()
    assert len(told(slack)) == 1


async def test_when_it_is_over_the_message_says_so_and_nobody_who_does_not_know_says_it(
    slack: LocalSlack, world: World, replica: MakeAlarms
) -> None:
    alarms = replica()
    world.wrong = True
    await alarms.look()
    for world.wrong in (None, False):  # restarted and knows nothing; then it works again, but only just
        await alarms.look()
        assert told(slack)[0].text.startswith(":warning:")
    world.now += 20
    await alarms.look()
    (message,) = told(slack)
    assert message.text.startswith(":white_check_mark: Resolved ")
    assert message.text.endswith(": The key is refused.")


async def test_what_comes_and_goes_makes_one_new_message_an_hour(
    slack: LocalSlack, world: World, replica: MakeAlarms
) -> None:
    alarms = replica()
    for _ in range(30):
        for world.wrong in (True, False):
            await alarms.look()
            world.now += 30
            await alarms.look()
    assert len(told(slack)) == 1
    world.now += HOUR
    world.wrong = True
    await alarms.look()
    assert len(told(slack)) == 2


async def test_what_another_replica_still_sees_is_not_over(
    slack: LocalSlack, world: World, replica: MakeAlarms
) -> None:
    one, other = replica(), replica()
    for _ in range(6):
        world.wrong = True
        await one.look()
        world.wrong = False
        await other.look()
        world.now += 10
    assert [each.text for each in told(slack)] == [":warning: The key is refused."]


@pytest.mark.parametrize("was_posted", [False, True])
async def test_what_a_process_was_about_to_tell_when_it_died_is_told_once(
    slack: LocalSlack, world: World, replica: MakeAlarms, database: sa.Engine, was_posted: bool
) -> None:
    dies, others, world.wrong = replica(), [replica(), replica()], True
    if was_posted:
        slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    else:
        slack.faults.add("chat.postMessage", Fault.drop(apply=False))
    await dies.look()
    for _ in range(30):
        world.now += 10
        for each in others:
            await each.look()
    assert [each.text for each in told(slack)] == [":warning: The key is refused."]
    world.wrong, world.now = False, world.now + 20
    await others[0].look()
    assert told(slack)[0].text.startswith(":white_check_mark:")


async def test_where_slack_does_not_say_whether_it_is_there_it_counts_as_told_for_an_hour(
    slack: LocalSlack, world: World, replica: MakeAlarms
) -> None:
    alarms, world.wrong = replica(), True
    slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    slack.faults.add("conversations.history", Fault.answer(200, {"ok": False, "error": "missing_scope"}), times=None)
    for _ in range(100):
        await alarms.look()
        world.now += 30
    assert len(told(slack)) == 1
    world.now += HOUR
    await alarms.look()
    assert len(told(slack)) == 2


async def test_a_message_that_cannot_be_changed_any_more_is_followed_by_one_an_hour_later(
    slack: LocalSlack, world: World, replica: MakeAlarms
) -> None:
    begun, alarms, world.wrong = world.now, replica(), True
    await alarms.look()
    gone = Fault.answer(200, {"ok": False, "error": "message_not_found"})
    slack.faults.add("chat.update", gone, times=None)
    while world.now < begun + HOUR:
        for world.wrong in (False, True):
            world.now += 40
            await replica().look()  # restarted again and again
        assert len(told(slack)) == 1 or world.now >= begun + HOUR
    world.now += 60
    await alarms.look()
    assert len(told(slack)) == 2


async def test_that_it_is_over_is_told_again_where_slack_did_not_take_it(
    slack: LocalSlack, world: World, replica: MakeAlarms
) -> None:
    alarms, world.wrong = replica(), True
    await alarms.look()
    slack.faults.add("chat.update", Fault.answer(503, ""))
    world.now, world.wrong = world.now + 20, False
    await alarms.look()
    assert told(slack)[0].text.startswith(":warning:")
    world.now += 61
    await alarms.look()
    assert told(slack)[0].text.startswith(":white_check_mark:")


@pytest.mark.parametrize(("answer", "minutes"), [(Fault.answer(429, ""), 1), (Fault.answer(503, ""), 2)])
async def test_what_slack_does_not_take_is_told_minutes_later(
    slack: LocalSlack, world: World, replica: MakeAlarms, answer: Fault, minutes: int
) -> None:
    """Of a 503 nobody knows whether the message was posted, so it is looked for before."""
    slack.faults.add("chat.postMessage", answer)
    alarms, world.wrong = replica(), True
    for _ in range(minutes * 6):
        await alarms.look()
        assert told(slack) == []
        world.now += 10
    for _ in range(2):
        world.now += 10
        await alarms.look()
    assert len(told(slack)) == 1
