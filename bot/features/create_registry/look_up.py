"""(6) Looks up a name with the list call, and returns the result as a value that a step can record."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial

from bot.codearts.client import CodeArts, Found
from bot.codearts.view import View, ViewMemory
from bot.domain.outcomes import Reason
from bot.domain.vendor_codes import key_refused
from bot.errors import LookupFailed, StepCrashed
from bot.ledger.models import EventCode
from bot.ledger.notes import Happened
from bot.workflow.durable import Durable

# Whether the outcome has been found out and posted meanwhile.
ToldMeanwhile = Callable[[], Awaitable[bool]]


async def not_told() -> bool:
    """It has not."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A registry with the name, as the list call shows it. `trashed`: in the recycle bin."""

    id: str
    name: str
    address: str | None = None
    description: str | None = None
    creator: str | None = None
    trashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """One answer of the list call about a name, ignoring case.

    `view` is what was known about the list at that moment, and `where` identifies the list, which depends on the settings. If
    it `failed`, `code`, `message` and `status` say why, as in `LookupFailed`, and `refused` that the service said no, so that
    it is not called again at once. `without_key`: the bot's own key was refused, or there was none. `told`: it was not called,
    because Check now has settled and posted the outcome.
    """

    rows: list[Row] = field(default_factory=list)
    view: View = field(default_factory=View)
    where: str = ""
    trace_id: str | None = None
    failed: bool = False
    code: str = ""
    message: str | None = None
    status: int | None = None
    refused: bool = False
    without_key: bool = False
    told: bool = False

    @property
    def possible(self) -> bool:
        """Whether the ids that the list call needs were set."""
        return self.code != Reason.LIST_IDS_MISSING

    @property
    def stopped_showing(self) -> bool:
        """Whether the list no longer shows what it has shown before, so that an absence proves nothing."""
        return self.view.witness is not None and not self.view.proven

    @property
    def live(self) -> list[Row]:
        """The registries in use."""
        return [row for row in self.rows if not row.trashed]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """Looks up a name. `views` remembers what the list has shown."""

    codearts: CodeArts
    views: ViewMemory

    @property
    def possible(self) -> bool:
        """Whether the ids that the list call needs are set."""
        return self.codearts.can_look_up

    async def before(self, durable: Durable, name: str, *, waiting: bool = False) -> LookedUp:
        """The registries with the name before anything is created, as a recorded step, so that they stay known.

        The recycle bin is not searched, because deleted registries do not block a name. `waiting`: the request waits for the
        key, and the ledger has an event about that.
        """
        look = partial(self._noted, durable, name, enough=_certain, in_bin=False, waiting=waiting)
        try:
            return await durable.step("look before", look)
        except StepCrashed:
            return LookedUp(failed=True, code=Reason.STEP_CRASHED)

    async def again(
        self,
        durable: Durable,
        name: str,
        *,
        enough: Callable[[LookedUp], bool],
        told: ToldMeanwhile = not_told,
        about: str | None = None,
    ) -> LookedUp:
        """The current registries with the name, as a recorded step. A step that crashes counts as failed.

        The recycle bin is also searched unless those in use are `enough`. `told` returns whether the outcome has been posted
        meanwhile; `about` is the earlier request whose outcome is looked up.
        """
        try:
            return await durable.step("look up", self._noted, durable, name, enough=enough, told=told, about=about)
        except StepCrashed:
            return LookedUp(failed=True, code=Reason.STEP_CRASHED)

    async def _noted(
        self,
        durable: Durable,
        name: str,
        *,
        enough: Callable[[LookedUp], bool],
        in_bin: bool = True,
        told: ToldMeanwhile = not_told,
        about: str | None = None,
        waiting: bool = False,
    ) -> LookedUp:
        if await told():
            return LookedUp(told=True)
        seen = await self.once(name, enough=enough, in_bin=in_bin)
        if waiting and seen.without_key:
            return seen
        found = {"code": seen.code} if seen.failed else {"registries": [row.id for row in seen.rows]}
        durable.note(Happened(code=EventCode.LOOKED_UP, trace_id=seen.trace_id, details=found, request_id=about))
        return seen

    async def once(
        self, name: str, *, enough: Callable[[LookedUp], bool] = lambda _seen: True, in_bin: bool = True
    ) -> LookedUp:
        """The current registries with the name. Unless they are `enough`, look further.

        That means in the recycle bin (`in_bin`), and whether the list still shows what it should.
        """
        if not self.possible:
            return LookedUp(failed=True, refused=True, code=Reason.LIST_IDS_MISSING)
        view = await self.views.current()
        try:
            found = await self.codearts.find_all(name)
            seen = LookedUp(
                rows=[_row(each, trashed=False) for each in found],
                view=view,
                where=self._where,
                trace_id=next((each.trace_id for each in found), None),
            )
            if enough(seen):
                return seen
            trashed = await self.codearts.find_all(name, in_recycle_bin=True) if in_bin else []
            if view.proven and not await self._shows(view.witness):
                view = await self._no_longer_proven(view)
        except LookupFailed as failure:
            return LookedUp(
                failed=True,
                code=failure.code,
                message=failure.message,
                status=failure.status,
                trace_id=failure.trace_id,
                refused=failure.refused,
                without_key=key_refused(failure.code, failure.status),
            )
        rows = [*seen.rows, *(_row(each, trashed=True) for each in trashed)]
        trace_id = next((each.trace_id for each in (*found, *trashed)), None)
        return replace(seen, rows=rows, view=view, trace_id=trace_id)

    @property
    def _where(self) -> str:
        return hashlib.sha256(self.codearts.view_id.encode()).hexdigest()[:8]

    async def _shows(self, witness: str | None) -> bool:
        """Whether the list still shows the registry that it has shown before."""
        if witness is None:
            return False
        return bool(await self.codearts.find_all(witness) or await self.codearts.find_all(witness, in_recycle_bin=True))

    async def _no_longer_proven(self, view: View) -> View:
        if view.witness and view.certain:
            await self.views.not_shown(view.witness)
        return replace(view, proven=False)


def _certain(seen: LookedUp) -> bool:
    return bool(seen.live) or seen.view.shown_lately


def _row(found: Found, *, trashed: bool) -> Row:
    registry = found.registry
    return Row(
        id=registry.id,
        name=registry.name,
        address=registry.address,
        description=registry.description,
        creator=registry.creator,
        trashed=trashed or registry.status in {"trash", "delete"},
    )
