"""The response_urls of unfinished requests. Anybody who knows one can post to it, so they are stored separately and briefly.

They are not part of a request's record, which is kept for weeks. They are in a separate table, written in the transaction
that stores the request and deleted in the next transaction of its workflow after the outcome is delivered (`piggyback.py`).
"""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import sqlalchemy as sa

from bot.domain.request import Request
from bot.workflow import piggyback
from bot.workflow.piggyback import PiggybackedWrites
from bot.workflow.tables import RESPONSE_URLS

# Slack accepts nothing at them after half an hour (docs/facts/slack.md).
_USELESS_AFTER_SECONDS = 30 * 60.0
_CLEAR_EVERY_SECONDS = 60.0
_INSERT = sa.text(
    "INSERT INTO registry_bot_response_urls (request_id, url, kept_at) VALUES (:request_id, :url, :kept_at) "
    "ON CONFLICT (request_id) DO NOTHING"
)
_DELETE = sa.text("DELETE FROM registry_bot_response_urls WHERE request_id = :request_id")


class ResponseUrls:
    """The response_urls in this database; those that this process accepted are also kept in memory."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database
        self._held: dict[str, str] = {}
        self._clear_at = self._empty_at = 0.0
        self._forgotten = True

    @contextlib.contextmanager
    def stored_with(self, request: Request, commit: PiggybackedWrites) -> Iterator[Request]:
        """The request as it is to be recorded. The commit made inside the block also stores its response_url."""
        url = request.origin.response_url
        if url is None:
            yield request
            return
        news = request.id not in self._held
        self._held.setdefault(request.id, url)
        commit.add(partial(_insert, {"request_id": request.id, "url": url, "kept_at": time.time()}))
        try:
            yield replace(request, origin=replace(request.origin, response_url=None))
        except BaseException:
            if news:
                self._held.pop(request.id, None)
            raise

    async def drop(self, request_id: str) -> None:
        """Delete it now, because the request had been stored before and is not running here."""
        statement = sa.delete(RESPONSE_URLS).where(RESPONSE_URLS.c.request_id == request_id)
        await asyncio.to_thread(self._commit, statement)

    async def given_back(self, request: Request, *, resumed: bool) -> Request:
        """The request with its response_url, for an execution. `resumed`: another process may have accepted it."""
        url = self._held.get(request.id)
        if url is None and resumed and request.origin.response_url is None:
            url = await asyncio.to_thread(self._read, request.id)
        return request if url is None else replace(request, origin=replace(request.origin, response_url=url))

    def forget(self, request_id: str) -> None:
        """Delete it with the next commit of this request's workflow, because the outcome is delivered."""
        self._held.pop(request_id, None)
        self._forgotten = True
        piggyback.add(partial(_delete, request_id))

    def clear(self) -> None:
        """Delete those that have expired. Blocks; call it every few seconds.

        Deleted values would remain in SQLite's write-ahead log, so it is emptied when the last one is deleted, and once a
        minute while there are always some.
        """
        now = time.monotonic()
        if now >= self._clear_at:
            self._clear_at = now + _CLEAR_EVERY_SECONDS
            old = RESPONSE_URLS.c.kept_at < time.time() - _USELESS_AFTER_SECONDS
            self._commit(sa.delete(RESPONSE_URLS).where(old))
        if self._database.dialect.name == "sqlite" and self._forgotten and (now >= self._empty_at or not self._any()):
            self._empty_at = now + _CLEAR_EVERY_SECONDS
            self._forgotten = not _emptied_log(str(self._database.url.database))

    def _commit(self, statement: sa.Delete) -> None:
        with self._database.begin() as connection:
            if connection.execute(statement).rowcount > 0:
                self._forgotten = True

    def _read(self, request_id: str) -> str | None:
        with self._database.connect() as connection:
            query = sa.select(RESPONSE_URLS.c.url).where(RESPONSE_URLS.c.request_id == request_id)
            return connection.execute(query).scalar()

    def _any(self) -> bool:
        with self._database.connect() as connection:
            return connection.execute(sa.select(RESPONSE_URLS.c.request_id).limit(1)).first() is not None


def _insert(row: dict[str, object], connection: sa.Connection) -> None:
    connection.execute(_INSERT, row)


def _delete(request_id: str, connection: sa.Connection) -> None:
    connection.execute(_DELETE, {"request_id": request_id})


def _emptied_log(file: str) -> bool:
    """Whether the whole log was moved into the file. Does not wait, so it fails while somebody reads an older state."""
    with contextlib.closing(sqlite3.connect(file, timeout=0)) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
