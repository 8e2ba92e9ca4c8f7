"""(6) Asks the list call for a name, and keeps what it says as a value that a step can record."""

from dataclasses import dataclass
from typing import Literal

from bot.codearts.client import CodeArts, Found
from bot.domain.outcomes import Reason
from bot.errors import LookupFailed, StepCrashed
from bot.workflow.durable import Durable

# https://support.huaweicloud.com/api-cloudartifact/ListAllRepositories.html. Whether such a name is reserved is
# UNVERIFIED, so a trashed registry does not stop a creation: the API decides.
_TRASHED = frozenset({"trash", "delete"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """One answer of the list call about a name.

    `trashed`: in the recycle bin only. Where it `failed`, `code`, `message` and `status` say why, as in `LookupFailed`, and
    `refused` that the service said no, so that it is not asked again at once.
    """

    seen: Literal["present", "trashed", "absent", "failed"]
    trace_id: str | None = None
    address: str | None = None
    code: str = ""
    message: str | None = None
    status: int | None = None
    refused: bool = False


async def _look_before(codearts: CodeArts, name: str) -> LookedUp:
    """Whether a registry of this name exists already. Without the ids, or when it fails, the API's word decides."""
    if not codearts.can_look_up:
        return LookedUp(seen="failed", code=Reason.LIST_IDS_MISSING)
    return await look_up(codearts, name, also_trashed=False)


async def first_look(durable: Durable, codearts: CodeArts, name: str) -> LookedUp:
    """`_look_before` as a recorded step: what was there before is known for good."""
    try:
        return await durable.step("look before", _look_before, codearts, name)
    except StepCrashed:
        return LookedUp(seen="failed", code=Reason.STEP_CRASHED)


async def look_up(codearts: CodeArts, name: str, *, also_trashed: bool = True) -> LookedUp:
    """What the list call says about a name now; the recycle bin is asked as well unless told otherwise."""
    try:
        found = await codearts.find(name, also_trashed=also_trashed)
    except LookupFailed as failure:
        return LookedUp(
            seen="failed",
            code=failure.code,
            message=failure.message,
            status=failure.status,
            trace_id=failure.trace_id,
            refused=failure.refused,
        )
    return _seen(found)


def _seen(found: Found | None) -> LookedUp:
    if found is None:
        return LookedUp(seen="absent")
    trashed = found.registry.status in _TRASHED
    return LookedUp(seen="trashed" if trashed else "present", trace_id=found.trace_id, address=found.registry.address)
