"""`ViewMemory` in the database, so that what one replica has seen counts for all of them, also after a restart."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa

from bot.codearts.view import View
from bot.workflow.tables import VIEWS

logger = logging.getLogger(__name__)


class ViewStore:
    """`view_id` identifies endpoint, account and CodeArts project: a different project has to be proven again.

    `caller` identifies the credentials: with different ones, another user may create the registries.
    """

    def __init__(self, database: sa.Engine, *, view_id: str, caller: str) -> None:
        self._database = database
        self._view_id = view_id
        self._caller = caller
        self._view = View()
        # A SQLite file has one process: what it has read once, nobody else changes.
        self._alone = database.dialect.name == "sqlite"
        self._read_once = False
        self._warned = False

    async def current(self) -> View:
        """See `ViewMemory`. Reads the database until everything is certain, or no other process can learn more."""
        if not (self._alone and self._read_once) and not (self._view.certain and self._view.creator):
            try:
                read = await asyncio.to_thread(self._read)
            except sa.exc.SQLAlchemyError as error:
                logger.warning("what the list of registries shows could not be read (%s)", type(error).__name__)
            else:
                self._read_once = True
                # The latest witness is known to this process only.
                if read != replace(self._view, witness=read.witness):
                    self._view = read
        return self._view

    async def shown(self, name: str, creator: str | None, *, certain: bool) -> None:
        """See `ViewMemory`. Writes only what is new; a further witness is not, and only this process remembers it."""
        await self._change(lambda view: view.shown(name, creator, certain=certain))

    async def not_shown(self, name: str) -> None:
        """See `ViewMemory`."""
        await self._change(lambda view: view.not_shown(name))

    async def creator_doubted(self) -> None:
        """See `ViewMemory`."""
        await self._change(View.creator_doubted)

    @property
    def misses(self) -> bool | None:
        """Whether the list lacks a registry that it should show; None while it is unknown."""
        return True if self._warned and not self._view.proven else (False if self._view.proven else None)

    def warn(self) -> None:
        """See `ViewMemory`."""
        if not self._warned:
            self._warned = True
            logger.warning(
                "a registry that CodeArts confirmed does not show in its list: "
                "CODEARTS_PROJECT_ID is probably the id of another project than the one registries are created in"
            )

    async def _change(self, change: Callable[[View], View]) -> None:
        known = await self.current()
        view = change(known)
        if known.witness and view == replace(known, witness=view.witness):
            self._view = view
            return
        if view == known:
            return
        try:
            await asyncio.to_thread(self._write, view)
        except sa.exc.SQLAlchemyError as error:
            # The next registry shows the same.
            logger.warning("what the list of registries shows could not be stored (%s)", type(error).__name__)
        else:
            self._view = view

    def _read(self) -> View:
        with self._database.connect() as connection:
            row = connection.execute(sa.select(VIEWS).where(VIEWS.c.view_id == self._view_id)).first()
        if row is None:
            return View()
        creator = row.creator if row.caller == self._caller else None
        return View(
            proven=row.proven,
            certain=row.certain,
            missed=row.missed,
            creator=creator,
            witness=row.witness,
            shown_at=0 if row.missed else row.changed_at,
        )

    def _write(self, view: View) -> None:
        mine = VIEWS.c.view_id == self._view_id
        values = {
            "proven": view.proven,
            "certain": view.certain,
            "missed": view.missed,
            "creator": view.creator,
            "witness": view.witness,
            "caller": self._caller,
            "changed_at": time.time(),
        }
        with self._database.begin() as connection:
            if connection.execute(sa.update(VIEWS).where(mine).values(values)).rowcount == 0:
                try:
                    with connection.begin_nested():
                        connection.execute(sa.insert(VIEWS).values(view_id=self._view_id, **values))
                except sa.exc.IntegrityError:
                    # Another replica was faster; what it saw is as good.
                    connection.execute(sa.update(VIEWS).where(mine).values(values))
