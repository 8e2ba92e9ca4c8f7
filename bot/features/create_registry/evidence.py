"""What a look-up proves: whose a registry is, and so what a call did whose answer was lost. Pure.

The create call has no idempotency key, so a registry with the right name may be ours or somebody else's. It counts as ours
only if there is evidence for it and none against it.
"""

import html
import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created, Outcome
from bot.features.create_registry.look_up import LookedUp, Row

_USER_ID = re.compile(r"[0-9a-f]{32}")


class Owner(StrEnum):
    """`UNKNOWN`: there is no evidence for or against its being ours."""

    OURS = "ours"
    SOMEBODY_ELSE = "somebody_else"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCall:
    """What our call sent, and what existed before: `older` are those ids, None if they could not be looked up.

    They belong to the list `where`, and say nothing about another one. `looked_up`: whether look-ups are possible at all.

    `description` is the one that was sent, as the list shows it (`CodeArts.as_listed`).
    `marked`: the description contains the reference of this request, so no other registry can have it.
    """

    name: str
    description: str | None
    older: frozenset[str] | None
    marked: bool = False
    where: str = ""
    looked_up: bool = True

    @classmethod
    def after(cls, before: LookedUp, *, name: str, description: str | None, marked: bool = False) -> "CreateCall":
        """Built from the first look-up. If the list did not show what it should, it is unknown what existed before."""
        older = None if before.failed or before.stopped_showing else frozenset(row.id for row in before.rows)
        return cls(
            name=name,
            description=description,
            older=older,
            marked=marked,
            where=before.where,
            looked_up=before.possible,
        )

    def beside(self, seen: LookedUp) -> "CreateCall":
        """The same, reduced to what can be compared with `seen`."""
        return self if self.where in {"", seen.where} else replace(self, older=None)

    def appeared(self, seen: LookedUp) -> list[Row]:
        """The registries with exactly this name that did not exist before."""
        return [row for row in seen.rows if row.name == self.name and row.id not in (self.older or ())]


def owner(asked: CreateCall, row: Row, *, creator: str | None) -> Owner:
    """Whose a registry is. `creator` is the user that created the registries confirmed to us, if that is known."""
    described = _description_agrees(row, asked.description)
    if asked.marked and described is not None:
        # Decides alone: the credentials may belong to another user by now.
        return Owner.OURS if described else Owner.SOMEBODY_ELSE
    evidence = (described, _creator_agrees(row, creator))
    if False in evidence:
        return Owner.SOMEBODY_ELSE
    return Owner.OURS if True in evidence else Owner.UNKNOWN


def settle(asked: CreateCall, seen: LookedUp, *, trace_id: str | None) -> Outcome | None:
    """The result of a call whose answer was lost, as far as this look-up tells. `trace_id` is the call's own, if any.

    None: no registry of ours exists yet. `Refused`: neither does one, and somebody else has taken the name meanwhile; like an
    absence, this proves nothing while the view is not proven.
    """
    asked = asked.beside(seen)
    live, trashed = _by_owner(asked, seen, trashed=False), _by_owner(asked, seen, trashed=True)
    if found := live[Owner.OURS]:
        if asked.older is None and not asked.marked:
            return _in_doubt(Reason.PERHAPS_OLDER, seen, trace_id)
        return Created(
            trace_id=trace_id or seen.trace_id,
            confirmed_by_lookup=True,
            trace_of_lookup=trace_id is None,
            address=found[0].address,
            registry_id=found[0].id,
            creator=found[0].creator,
        )
    if live[Owner.UNKNOWN]:
        code = Reason.PERHAPS_OLDER if asked.older is None else Reason.OWNER_UNKNOWN
        return _in_doubt(code, seen, trace_id)
    if trashed[Owner.OURS] or trashed[Owner.UNKNOWN]:
        # Ours, deleted by somebody meanwhile, or an older one: the first look does not ask the recycle bin.
        return _in_doubt(Reason.IN_RECYCLE_BIN, seen, trace_id)
    return Refused(code=Reason.TAKEN_MEANWHILE, trace_id=seen.trace_id) if live[Owner.SOMEBODY_ELSE] else None


def decided(asked: CreateCall, seen: LookedUp, *, trace_id: str | None) -> Created | Refused | None:
    """The outcome, if this look-up settles it; None while it is still in doubt."""
    known = None if seen.failed else settle(asked, seen, trace_id=trace_id)
    if isinstance(known, Refused) and not seen.view.proven:
        return None  # ours may exist where the list does not show it
    return known if isinstance(known, Created | Refused) else None


def stood_before(asked: CreateCall, before: LookedUp) -> Created | Refused | None:
    """The outcome if the first look-up finds the name taken, possibly by this request before a backup was restored."""
    if asked.marked and (made := made_already(replace(asked, older=frozenset()), before)):
        return made
    if not before.live:
        return None
    standing = next((row for row in before.live if row.name == asked.name), before.live[0]).name
    # Spelt otherwise, its own spelling is what the person has to know.
    spelt = None if standing == asked.name else standing
    return Refused(code=Reason.ALREADY_EXISTS, message=spelt, trace_id=before.trace_id)


def made_already(asked: CreateCall, seen: LookedUp) -> Created | None:
    """The registry created by an earlier run of this request, which is missing here because a backup was restored."""
    known = None if seen.failed else settle(asked, seen, trace_id=None)
    return known if isinstance(known, Created) else None


def look_up_failed(doubtful: InDoubt, seen: LookedUp) -> InDoubt:
    """The outcome is still in doubt, because the look-up failed."""
    return InDoubt(
        code=seen.code, message=seen.message, trace_id=doubtful.trace_id or seen.trace_id, status=seen.status
    )


def unproven(known: Outcome | None, doubtful: InDoubt) -> InDoubt:
    """The outcome is still in doubt, because the list has never shown a registry of ours."""
    if isinstance(known, InDoubt):
        return known
    code = Reason.SOMEBODY_ELSES if known else Reason.VIEW_UNPROVEN
    return InDoubt(code=code, trace_id=doubtful.trace_id)


def may_be_in_use(asked: CreateCall, seen: LookedUp) -> bool:
    """Whether a registry in use is or may be ours; otherwise ours may be in the recycle bin."""
    live = _by_owner(asked, seen, trashed=False)
    return bool(live[Owner.OURS] or live[Owner.UNKNOWN])


def confirmed_row(asked: CreateCall, seen: LookedUp) -> Row | None:
    """The registry whose creation CodeArts confirmed, if the list shows it."""
    asked = asked.beside(seen)
    live = _by_owner(asked, seen, trashed=False)
    certain = asked.older is not None or asked.marked
    if certain and live[Owner.OURS]:
        return live[Owner.OURS][0]
    # CodeArts said that it exists: so the only one that appeared is it, unless something speaks against it.
    possible = live[Owner.UNKNOWN] if certain else live[Owner.OURS]
    return possible[0] if len(possible) == 1 else None


def another_creator(asked: CreateCall, seen: LookedUp) -> bool:
    """Whether the only possible registry for the one that CodeArts confirmed was created by a different user than before.

    False if ours is in the recycle bin, so that it was replaced; and if descriptions are known to tell whose a registry is,
    but this one's does not say that it is ours.
    """
    live = [row for row in asked.appeared(seen) if not row.trashed]
    if len(live) != 1 or _by_owner(asked, seen, trashed=True)[Owner.OURS]:
        return False
    described = owner(asked, live[0], creator=None)
    possible = described is Owner.OURS or (described is Owner.UNKNOWN and not seen.view.certain)
    return possible and _creator_agrees(live[0], seen.view.creator) is False


def doubled(asked: CreateCall, seen: LookedUp) -> list[Row]:
    """The registries from one request, if there are several. [] if older ones cannot be distinguished from them."""
    asked = asked.beside(seen)
    live = _by_owner(asked, seen, trashed=False)
    rows = live[Owner.OURS] + ([] if asked.marked else live[Owner.UNKNOWN])
    return rows if len(rows) > 1 and (asked.older is not None or asked.marked) else []


def _by_owner(asked: CreateCall, seen: LookedUp, *, trashed: bool) -> dict[Owner, list[Row]]:
    rows: dict[Owner, list[Row]] = {each: [] for each in Owner}
    for row in asked.appeared(seen):
        if row.trashed == trashed:
            rows[owner(asked, row, creator=seen.view.creator)].append(row)
    return rows


def _in_doubt(code: Reason, seen: LookedUp, trace_id: str | None) -> InDoubt:
    return InDoubt(code=code, trace_id=trace_id or seen.trace_id)


def _creator_agrees(row: Row, creator: str | None) -> bool | None:
    if creator is None or row.creator is None or _is_user_id(row.creator) is not _is_user_id(creator):
        return None  # a list that shows the user's name where it showed the id says nothing
    return row.creator == creator


def _is_user_id(creator: str) -> bool:
    return bool(_USER_ID.fullmatch(creator))


def _description_agrees(row: Row, sent: str | None) -> bool | None:
    # Whether the service keeps blanks, line breaks, “&” and the parts of “ü” as they were sent is not documented. A list that
    # leaves descriptions out says nothing; one that shows a text where none was sent, or another one, does.
    shown, expected = _words(row.description), _words(sent)
    return None if shown is None else shown == expected


def _words(text: str | None) -> str | None:
    return " ".join(unicodedata.normalize("NFC", html.unescape(text or "")).split()) or None
