"""(6) What the list shows of a registry that CodeArts confirmed: its address, and whether the list is reliable."""

from dataclasses import replace

from bot.codearts.view import ViewMemory
from bot.domain.registry import Created
from bot.features.create_registry.evidence import CreateCall, Owner, another_creator, confirmed_row, owner
from bot.features.create_registry.look_up import LookedUp, Row


async def learn(views: ViewMemory, asked: CreateCall, seen: LookedUp, *, may_lag: bool = False) -> Row | None:
    """The registry that CodeArts confirmed, if `seen` shows it; `views` learns from it, or from its absence.

    `may_lag`: it was created a moment ago, so its absence proves nothing yet.
    """
    row = confirmed_row(asked, seen)
    if row is not None:
        certain = owner(asked, row, creator=None) is Owner.OURS
        await views.shown(asked.name, row.creator, certain=certain)
    elif another_creator(asked, seen):
        # Either somebody replaced ours at once and left no trace, or our registries are made by another user by now.
        await views.creator_doubted()
    elif not (may_lag or seen.failed or asked.appeared(seen)):
        await views.not_shown(asked.name)
    return row


def with_row(created: Created, row: Row) -> Created:
    """The outcome with what the list shows of its registry."""
    return replace(created, address=row.address, registry_id=row.id, creator=row.creator)
