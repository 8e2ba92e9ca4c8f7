"""What the list has been seen to show, in the database: for all replicas and after a restart, on both kinds."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.codearts.view import View
from bot.workflow.database import open_database
from bot.workflow.tables import VIEWS, prepare
from bot.workflow.view_store import ViewStore

PROVEN = View(proven=True, certain=True, creator="bot", witness="shop")


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    engine = open_database(url)
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: sa.Engine) -> Callable[..., ViewStore]:
    """Another replica, or the same one after a restart."""

    def build(*, view_id: str = "here", caller: str = "key-1") -> ViewStore:
        return ViewStore(engine, view_id=view_id, caller=caller)

    return build


@pytest.fixture
def replicas(engine: sa.Engine, store: Callable[..., ViewStore]) -> tuple[ViewStore, ViewStore]:
    """Two that run at the same time; a SQLite file has only one."""
    first = store()
    return first, first if engine.dialect.name == "sqlite" else store()


async def test_what_one_replica_has_seen_counts_for_all_and_after_a_restart(
    replicas: tuple[ViewStore, ViewStore], store: Callable[..., ViewStore]
) -> None:
    first, second = replicas
    assert (await first.current(), await second.current()) == (View(), View())
    await first.shown("shop", "bot", certain=True)
    assert (await first.current(), await second.current(), await store().current()) == (PROVEN,) * 3


async def test_another_project_or_account_has_to_be_proven_anew(store: Callable[..., ViewStore]) -> None:
    await store().shown("shop", "bot", certain=True)
    assert await store(view_id="elsewhere").current() == View()


async def test_with_other_credentials_the_list_stays_proven_but_another_user_may_make_the_registries(
    store: Callable[..., ViewStore],
) -> None:
    await store().shown("shop", "bot", certain=True)
    renewed = store(caller="key-2")
    assert await renewed.current() == replace(PROVEN, creator=None)
    await renewed.shown("shop", "bot-2", certain=True)
    assert await store(caller="key-2").current() == replace(PROVEN, creator="bot-2")


async def test_a_creator_that_is_doubted_is_unknown_to_all_until_the_next_proof(
    replicas: tuple[ViewStore, ViewStore], store: Callable[..., ViewStore]
) -> None:
    first, second = replicas
    await first.creator_doubted()
    assert await store().current() == View()
    await first.shown("shop", "bot", certain=True)
    await first.creator_doubted()
    assert (await first.current(), await store().current()) == (replace(PROVEN, creator=None),) * 2
    await second.shown("shop", "other", certain=True)
    assert await first.current() == replace(PROVEN, creator="other")


async def test_a_list_without_creators_proves_nothing_about_them(store: Callable[..., ViewStore]) -> None:
    await store().shown("shop", None, certain=True)
    assert await store().current() == replace(PROVEN, creator=None)
    await store().shown("shop", "bot", certain=True)
    await store().shown("shop", None, certain=True)
    assert await store().current() == PROVEN


async def test_many_that_prove_it_at_once_leave_one_row(engine: sa.Engine, store: Callable[..., ViewStore]) -> None:
    await asyncio.gather(*(store().shown("shop", "bot", certain=True) for _ in range(8)))
    with engine.connect() as connection:
        assert len(connection.execute(sa.select(VIEWS)).all()) == 1
    assert await store().current() == PROVEN


async def test_what_is_known_is_not_asked_for_again(engine: sa.Engine, store: Callable[..., ViewStore]) -> None:
    known = store()
    await known.shown("shop", "bot", certain=True)
    statements: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    await known.current()
    await known.shown("shop", "bot", certain=True)
    assert statements == []


async def test_the_only_process_of_a_file_reads_it_once(sqlite_url: str) -> None:
    engine = open_database(sqlite_url)
    prepare(engine)
    statements: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    only = ViewStore(engine, view_id="here", caller="key-1")
    for _ in range(3):
        assert await only.current() == View()
    engine.dispose()
    assert len(statements) == 1


async def test_a_later_witness_costs_no_write_and_one_that_is_gone_is_replaced(store: Callable[..., ViewStore]) -> None:
    first = store()
    await first.shown("shop", "bot", certain=True)
    await first.shown("later", "bot", certain=True)
    assert (await first.current()).witness == "later"
    assert await store().current() == PROVEN
    await first.not_shown("later")
    assert await store().current() == replace(PROVEN, missed=True, witness="later")
    await first.shown("last", "bot", certain=True)
    assert await store().current() == replace(PROVEN, witness="last")


async def test_a_database_that_fails_leaves_everything_unproven_and_raises_nothing(
    engine: sa.Engine, store: Callable[..., ViewStore], caplog: pytest.LogCaptureFixture
) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE registry_bot_views"))
    broken = store()
    await broken.shown("shop", "bot", certain=True)
    assert await broken.current() == View()
    assert "could not be read" in caplog.text
    assert "could not be stored" in caplog.text


async def test_operators_are_told_once_that_a_confirmed_registry_does_not_show(
    store: Callable[..., ViewStore], caplog: pytest.LogCaptureFixture
) -> None:
    views = store()
    for _ in range(3):
        views.warn()
    (record,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "CODEARTS_PROJECT_ID is probably the id of another project" in record.getMessage()


async def test_what_was_only_likely_can_be_taken_back_by_another_replica(
    replicas: tuple[ViewStore, ViewStore],
) -> None:
    first, second = replicas
    await first.shown("shop", "bot", certain=False)
    assert await second.current() == View(proven=True, creator="bot", witness="shop")
    await second.not_shown("shop")
    assert await first.current() == View(missed=True)
