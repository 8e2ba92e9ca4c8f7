"""Our own tables: those for several processes only where several can meet, and made by as many as like to at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import SettingsError
from bot.workflow.database import open_database
from bot.workflow.tables import METADATA, prepare
from tests.support.postgres import query

LEDGER = {"registry_bot_requests", "registry_bot_events", "registry_bot_ledger_version"}
SMALL = {
    "registry_bot_alarms",
    "registry_bot_home_visitors",
    "registry_bot_installation",
    "registry_bot_operator_commands",
    "registry_bot_stuck",
    "registry_bot_response_urls",
    "registry_bot_views",
    "registry_bot_writable",
}
EVERYWHERE = SMALL | LEDGER
OURS = {*EVERYWHERE, "registry_bot_claims", "registry_bot_replicas"}


def test_they_are_made_where_there_are_none_and_left_alone_where_they_are(postgres: sa.Engine) -> None:
    assert set(sa.inspect(postgres).get_table_names()) == OURS == set(METADATA.tables) | LEDGER
    with postgres.begin() as connection:
        connection.execute(sa.text("INSERT INTO registry_bot_replicas VALUES ('a', false)"))
    prepare(postgres)
    with postgres.connect() as connection:
        assert connection.execute(sa.text("SELECT executor_id FROM registry_bot_replicas")).scalars().all() == ["a"]


def test_they_may_be_prepared_by_many_at_once(postgres_url: str) -> None:
    engine = open_database(postgres_url)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: prepare(engine), range(4)))
    assert set(sa.inspect(engine).get_table_names()) == OURS
    engine.dispose()


def test_a_file_has_one_process_and_needs_no_table_for_several(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    prepare(engine)
    assert set(sa.inspect(engine).get_table_names()) == EVERYWHERE
    engine.dispose()


def test_a_database_in_which_they_cannot_be_made_is_told_in_one_line(postgres_url: str) -> None:
    engine = open_database(postgres_url)
    query(postgres_url, "ALTER DATABASE " + (sa.make_url(postgres_url).database or "") + " SET search_path = nowhere")
    engine.dispose()  # the sessions to come obey
    with pytest.raises(
        SettingsError, match=r"^DATABASE_URL: postgresql.* cannot be used \(its search_path names no schema"
    ) as told:
        prepare(engine)
    assert "\n" not in str(told.value)
    engine.dispose()
