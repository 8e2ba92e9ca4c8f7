"""`python -m tests.pictures [scene …]`: take all pictures, or those of some scenes."""

import asyncio
import sys

from .scenes import SCENES
from .stage import PICTURES, stage


async def main(wanted: list[str]) -> None:
    """One fresh stage a scene."""
    PICTURES.mkdir(exist_ok=True)
    for scene in SCENES:
        if wanted and scene.__name__ not in wanted:
            continue
        async with stage() as empty:
            await scene(empty)


asyncio.run(main(sys.argv[1:]))
