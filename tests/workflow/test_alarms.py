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
from bot.workflow.tables import ALARMS, prepare
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
                channel=company.PLATFORM,
                alarms=[alarm],
                before_look=nothing,
                clock=lambda: world.now,
            )

        yield make


def told(slack: LocalSlack) -> list[Message]:
    return slack.messages(company.PLATFORM)


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
    assert message.text.startswith(":white_check_mark: Over since ")
    assert message.text.endswith("It was: The key is refused.")


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


async def test_what_a_process_was_about_to_tell_when_it_died_is_told_a_minute_later(
    slack: LocalSlack, world: World, replica: MakeAlarms, database: sa.Engine
) -> None:
    with database.begin() as connection:
        row = {"cause": "key_refused", "raised": True, "seen_at": world.now, "told_at": world.now}
        connection.execute(sa.insert(ALARMS).values(**row))
    alarms, world.wrong = replica(), True
    await alarms.look()
    assert told(slack) == []
    world.now += 61
    await alarms.look()
    assert len(told(slack)) == 1


async def test_that_it_is_over_is_told_again_where_slack_did_not_take_it(
    slack: LocalSlack, world: World, replica: MakeAlarms
) -> None:
    alarms, world.wrong = replica(), True
    await alarms.look()
    slack.faults.add("chat.update", Fault.answer(503, ""))
    world.now, world.wrong = world.now + 20, False
    await alarms.look()
    assert told(slack)[0].text.startswith(":warning:")
    await alarms.look()
    assert told(slack)[0].text.startswith(":white_check_mark:")


async def test_what_slack_does_not_take_is_told_a_minute_later(
    slack: LocalSlack, world: World, replica: MakeAlarms
) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(503, ""))
    alarms, world.wrong = replica(), True
    await alarms.look()
    await alarms.look()
    assert told(slack) == []
    world.now += 61
    await alarms.look()
    assert len(told(slack)) == 1
