"""What a look-up after a lost answer proves: whose a registry is, and so what became of our call. Pure.

The create call has no idempotency key, so a registry of the right name may be ours or somebody else's. It is ours only if
something speaks for it and nothing against it.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created, Outcome
from bot.features.create_registry.look_up import LookedUp, Row


class Owner(StrEnum):
    """`UNKNOWN`: nothing speaks for it, and nothing against it."""

    OURS = "ours"
    SOMEBODY_ELSE = "somebody_else"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What our call sent, and what stood there before: `older` are the ids, None where that could not be looked up.

    `marked`: the description holds the reference of this very request, so it can be on no other registry.
    """

    name: str
    description: str | None
    older: frozenset[str] | None
    marked: bool = False

    @classmethod
    def after(cls, before: LookedUp, *, name: str, description: str | None, marked: bool = False) -> "Asked":
        """Made from the first look."""
        older = None if before.failed else frozenset(row.id for row in before.rows)
        return cls(name=name, description=description, older=older, marked=marked)

    def appeared(self, seen: LookedUp) -> list[Row]:
        """The registries of exactly this name that were not there before."""
        return [row for row in seen.rows if row.name == self.name and row.id not in (self.older or ())]


def owner_of(row: Row, *, description: str | None, creator: str | None) -> Owner:
    """`description` is what our call sent; `creator` is the user that made our confirmed registries, where that is known."""
    evidence = [_creator_agrees(row, creator), _description_agrees(row, description)]
    if False in evidence:
        return Owner.SOMEBODY_ELSE
    return Owner.OURS if True in evidence else Owner.UNKNOWN


def ours(asked: Asked, seen: LookedUp) -> list[Row]:
    """The registries that are certainly ours."""
    return [row for row in asked.appeared(seen) if owner(asked, row, seen) is Owner.OURS]


def settle(asked: Asked, seen: LookedUp, *, doubtful: InDoubt) -> Outcome | None:
    """What became of the call whose answer was lost (`doubtful`), as far as this look-up tells.

    None: nothing of ours is there yet. `Refused`: nor is it, and somebody else has taken the name meanwhile.
    """
    appeared = asked.appeared(seen)
    trace_id = doubtful.trace_id or seen.trace_id
    owners = {row.id: owner(asked, row, seen) for row in appeared}
    found = next((row for row in appeared if owners[row.id] is Owner.OURS), None)
    if found is None and Owner.UNKNOWN not in owners.values():
        return Refused(code=Reason.TAKEN_MEANWHILE, trace_id=seen.trace_id) if appeared else None
    if asked.older is None and not (found and asked.marked):
        return InDoubt(code=Reason.PERHAPS_OLDER, trace_id=trace_id)
    if found is None:
        return InDoubt(code=Reason.OWNER_UNKNOWN, trace_id=trace_id)
    if found.trashed:
        # Ours, deleted by somebody meanwhile.
        return InDoubt(code=Reason.IN_RECYCLE_BIN, trace_id=trace_id)
    return Created(
        trace_id=trace_id,
        confirmed_by_lookup=True,
        trace_of_lookup=doubtful.trace_id is None,
        address=found.address,
    )


def confirmed_row(asked: Asked, seen: LookedUp) -> Row | None:
    """The registry whose creation CodeArts confirmed, where the list shows it."""
    owners = [(row, owner(asked, row, seen)) for row in asked.appeared(seen) if not row.trashed]
    certain = [row for row, whose in owners if whose is Owner.OURS]
    # CodeArts said that it exists: so the only one that appeared is it, unless something speaks against it.
    possible = [row for row, whose in owners if whose is Owner.UNKNOWN and asked.older is not None]
    found = certain or (possible if len(possible) == 1 else [])
    return found[0] if found else None


def owner(asked: Asked, row: Row, seen: LookedUp) -> Owner:
    """Whose a row is, by what our call sent and what was known of our registries at that moment."""
    return owner_of(row, description=asked.description, creator=seen.view.creator)


def _creator_agrees(row: Row, creator: str | None) -> bool | None:
    return None if creator is None or row.creator is None else row.creator == creator


def _description_agrees(row: Row, sent: str | None) -> bool | None:
    # Whether the service keeps blanks and line breaks as they were sent is not documented. A list that leaves descriptions
    # out says nothing; one that shows a text where none was sent, or another one, does.
    shown, expected = _words(row.description), _words(sent)
    return None if shown is None else shown == expected


def _words(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None
