"""(6) What a registry that CodeArts confirmed shows in the list: its address, and that the list can be relied on."""

from bot.codearts.view import ViewMemory
from bot.features.create_registry.evidence import Asked, another_creator, confirmed_row
from bot.features.create_registry.look_up import LookedUp, Row


async def learn(views: ViewMemory, asked: Asked, seen: LookedUp) -> Row | None:
    """The registry that CodeArts confirmed, where `seen` shows it; `views` learns from it."""
    row = confirmed_row(asked, seen)
    if row is not None:
        await views.prove(row.creator)
    elif another_creator(asked, seen):
        # Either somebody replaced ours at once, or our registries are made by another user by now.
        await views.doubt_creator()
    return row
