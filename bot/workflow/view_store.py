"""`ViewMemory` in the database: what one replica has seen counts for all, and after a restart."""

import asyncio
import time

import sqlalchemy as sa

from bot.codearts.view import View
from bot.workflow.tables import VIEWS


class ViewStore:
    """`view_id` names endpoint, account and CodeArts project: another project has to be proven anew."""

    def __init__(self, database: sa.Engine, *, view_id: str) -> None:
        self._database = database
        self._view_id = view_id
        self._view = View()

    async def current(self) -> View:
        """See `ViewMemory`. The database is asked until the view is proven, which is for good."""
        if not self._view.proven:
            self._view = await asyncio.to_thread(self._read)
        return self._view

    async def prove(self, creator: str | None) -> None:
        """See `ViewMemory`. Costs a write once, and again only when another user makes the registries."""
        known = await self.current()
        view = View(proven=True, creator=creator or known.creator)
        if view != known:
            await asyncio.to_thread(self._write, view)
            self._view = view

    def _read(self) -> View:
        with self._database.connect() as connection:
            row = connection.execute(sa.select(VIEWS).where(VIEWS.c.view_id == self._view_id)).first()
        return View(proven=True, creator=row.creator) if row else View()

    def _write(self, view: View) -> None:
        mine = VIEWS.c.view_id == self._view_id
        values = {"creator": view.creator, "proven_at": time.time()}
        with self._database.begin() as connection:
            if connection.execute(sa.update(VIEWS).where(mine).values(values)).rowcount == 0:
                try:
                    with connection.begin_nested():
                        connection.execute(sa.insert(VIEWS).values(view_id=self._view_id, **values))
                except sa.exc.IntegrityError:
                    # Another replica was faster; what it saw is as good.
                    connection.execute(sa.update(VIEWS).where(mine).values(values))
