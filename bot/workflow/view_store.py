"""`ViewMemory` in the database: what one replica has seen counts for all, and after a restart."""

import asyncio
import logging
import time

import sqlalchemy as sa

from bot.codearts.view import View
from bot.workflow.tables import VIEWS

logger = logging.getLogger(__name__)


class ViewStore:
    """`view_id` names endpoint, account and CodeArts project: another project has to be proven anew.

    `caller` names the credentials: with others, another user may make the registries.
    """

    def __init__(self, database: sa.Engine, *, view_id: str, caller: str) -> None:
        self._database = database
        self._view_id = view_id
        self._caller = caller
        self._view = View()
        self._missed = False

    async def current(self) -> View:
        """See `ViewMemory`. The database is asked until everything is known."""
        if not (self._view.proven and self._view.creator):
            try:
                self._view = await asyncio.to_thread(self._read)
            except sa.exc.SQLAlchemyError as error:
                logger.warning("what the list of registries shows could not be read (%s)", type(error).__name__)
        return self._view

    async def prove(self, creator: str | None) -> None:
        """See `ViewMemory`. Costs a write once, and again only when another user makes the registries."""
        known = await self.current()
        await self._remember(View(proven=True, creator=creator or known.creator), known)

    async def doubt_creator(self) -> None:
        """See `ViewMemory`."""
        known = await self.current()
        if known.proven:
            logger.warning("a registry of ours seems to be made by another user than the ones before")
            await self._remember(View(proven=True), known)

    def missed(self) -> None:
        """See `ViewMemory`. Operators are told once."""
        if not self._missed and not self._view.proven:
            self._missed = True
            logger.warning(
                "a registry that CodeArts confirmed does not show in its list: "
                "CODEARTS_PROJECT_ID is probably the id of another project than the one registries are created in"
            )

    async def _remember(self, view: View, known: View) -> None:
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
        return View(proven=True, creator=row.creator if row.caller == self._caller else None)

    def _write(self, view: View) -> None:
        mine = VIEWS.c.view_id == self._view_id
        values = {"creator": view.creator, "caller": self._caller, "proven_at": time.time()}
        with self._database.begin() as connection:
            if connection.execute(sa.update(VIEWS).where(mine).values(values)).rowcount == 0:
                try:
                    with connection.begin_nested():
                        connection.execute(sa.insert(VIEWS).values(view_id=self._view_id, **values))
                except sa.exc.IntegrityError:
                    # Another replica was faster; what it saw is as good.
                    connection.execute(sa.update(VIEWS).where(mine).values(values))
