"""When a key is renewed, which one is used meanwhile, and what happens where there is none."""

import asyncio
import logging
from collections.abc import Callable

import pytest

from bot.codearts.credentials.key import CachedKey, Key, NoKey
from bot.codearts.credentials.key_cache import KeyCache
from bot.domain.credentials import Way
from bot.errors import NoCredentials
from bot.redaction import add_secrets, redactor
from tests.support.waiting import until


class Given:
    """A source whose keys live for `life` seconds of `now`; `fails` may be set, and `held_up` until it is."""

    way = Way.OIDC
    caller = "me"
    renewable = True

    def __init__(self, life: float | None = 3600.0) -> None:
        self.now, self.life, self.count = 1000.0, life, 0
        self.fails: Exception | None = None
        self.held_up: asyncio.Event | None = None

    async def fetch(self) -> Key:
        self.count += 1
        if self.held_up:
            await self.held_up.wait()
        if self.fails:
            raise self.fails
        expires = None if self.life is None else self.now + self.life
        return Key(access_key=f"ACCESSKEY{self.count:012}", secret_key=f"SECRET{self.count:012}", expires=expires)

    async def aclose(self) -> None:
        pass


def cache_for(source: Given) -> KeyCache:
    return KeyCache(source, clock=lambda: source.now)


def number(key: Key) -> int:
    return int(key.access_key[-12:])


AWAY = NoCredentials(NoKey.BUSY, where="https://sts.example")


@pytest.mark.parametrize(
    ("life", "due", "ended"),
    [(24 * 3600, 24 * 3600 - 2400, 24 * 3600 - 60), (3600, 1800, 3540), (60, 30, 54), (0, 0, 0)],
)
def test_it_is_due_forty_minutes_before_its_end_or_at_half_of_a_short_life(life: int, due: int, ended: int) -> None:
    held = CachedKey(key=Key(access_key="a", secret_key="b", expires=500.0 + life), fetched=500.0)
    assert [held.due(500.0 + due - 0.1), held.due(500.0 + due)] == [False, True] if due else held.due(500.0)
    assert held.expired(500.0 + ended)
    assert not life or not held.expired(500.0 + ended - 0.1)


async def test_one_without_an_end_is_fetched_once() -> None:
    source = Given(life=None)
    keys = cache_for(source)
    assert [number(await keys.current()) for _ in range(3)] == [1, 1, 1]
    source.now += 10**9
    assert number(await keys.current()) == 1


async def test_the_old_one_is_used_while_the_new_one_is_on_its_way() -> None:
    source = Given()
    keys = cache_for(source)
    await keys.current()
    source.now, source.held_up = source.now + 1900, asyncio.Event()
    assert [number(await keys.current()) for _ in range(3)] == [1, 1, 1]
    source.held_up.set()
    await until(lambda: source.count == 2)
    await until(lambda: keys.renewing is False)
    assert (number(await keys.current()), source.count) == (2, 2)


async def test_the_old_one_is_used_to_its_end_where_no_new_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    source = Given()
    keys = cache_for(source)
    await keys.current()
    source.fails, source.now = AWAY, source.now + 1900
    for _ in range(3):
        assert number(await keys.current()) == 1
        await asyncio.sleep(0)
    assert [record.message for record in caplog.records] == [
        "the access key could not be renewed; the old one is used until it expires"
    ]
    source.now += 2000
    with pytest.raises(NoCredentials):
        await keys.current()


async def test_where_there_is_none_it_is_asked_for_again_only_after_a_moment() -> None:
    source = Given()
    source.fails = AWAY
    keys = cache_for(source)
    for _ in range(5):
        with pytest.raises(NoCredentials, match=NoKey.BUSY):
            await keys.current()
    assert source.count == 1


async def test_one_that_was_refused_is_replaced_though_not_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Given()
    keys = cache_for(source)
    first = await keys.current()
    keys.refused(first)  # the gateway may not know it yet
    assert number(await keys.current()) == 1
    monkeypatch.setattr(keys, "_new_until", 0.0)
    keys.refused(first)
    assert number(await keys.current()) == 2


async def test_what_has_ended_already_is_no_key() -> None:
    source = Given(life=-5)
    with pytest.raises(NoCredentials) as refused:
        await cache_for(source).current()
    assert refused.value.code == NoKey.EXPIRED


async def test_a_mistake_of_ours_is_no_key_either(caplog: pytest.LogCaptureFixture) -> None:
    source = Given()
    source.fails = RuntimeError("a mistake")
    with pytest.raises(NoCredentials) as refused:
        await cache_for(source).current()
    assert refused.value.code == NoKey.FAILED
    assert "could not be fetched" in caplog.text


async def test_a_caller_that_stops_waiting_does_not_stop_it_for_the_others() -> None:
    source = Given()
    source.held_up = asyncio.Event()
    keys = cache_for(source)
    impatient, patient = (asyncio.create_task(keys.current()) for _ in range(2))
    await until(lambda: source.count == 1)
    impatient.cancel()
    source.held_up.set()
    assert number(await patient) == 1


async def test_it_may_be_closed_while_it_waits() -> None:
    source = Given()
    source.held_up = asyncio.Event()
    keys = cache_for(source)
    waiting = asyncio.create_task(keys.current())
    await until(lambda: source.count == 1)
    await keys.aclose()
    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.parametrize("shown", [str, repr, lambda text: text[:14]])
async def test_what_was_fetched_is_taken_out_of_every_text_from_then_on(shown: Callable[[str], str]) -> None:
    redact = redactor(["something-else"])
    key = await cache_for(Given(life=12345)).current()
    for secret in key.secrets:
        assert "[removed]" in redact(f"it says {shown(secret)} here")


async def test_a_key_of_the_settings_stays_as_it_is() -> None:
    keys = KeyCache.of(Key(access_key="a", secret_key="b"))
    key = await keys.current()
    keys.refused(key)
    assert await keys.current() is key
    await keys.aclose()


async def test_the_key_in_use_is_taken_out_of_texts_however_many_others_came_to_nothing() -> None:
    source = Given()
    keys = cache_for(source)
    key = await keys.current()
    source.now, source.fails = 1000.0 + 3600 - 600, AWAY
    for number_of_token in range(40):  # an ID token for each attempt, say
        add_secrets([f"TOKEN-THAT-WAS-NO-USE-{number_of_token}"])
        await keys.current()
        await until(lambda: not keys.renewing)
        keys._not_before = float("-inf")  # five seconds later
    assert key.secret_key not in redactor()(f"signed with {key.secret_key}")
    await keys.aclose()
