"""The commands `retry` and `cancel`: what operators want done with a request. They import what they use when they run."""

import argparse
import time
from collections.abc import Callable
from typing import Any

from bot import console
from bot.ledger_cli import EXIT_FOUND, EXIT_NOTHING, database_url

_DONE_WITHIN_SECONDS = 15.0


def add_commands(commands: Any, *, settings: Callable[[], str]) -> None:
    """Add them to the parser's commands. `settings` makes the part of the help that names the settings."""
    _add(commands, "retry", "have a request that stands still tried again", settings)
    _add(commands, "cancel", "give a request up; people are told", settings)


def _add(commands: Any, what: str, meaning: str, settings: Callable[[], str]) -> None:
    wish = commands.add_parser(
        what,
        help=meaning,
        description=f"{meaning[0].upper()}{meaning[1:]}. A running bot does it. Exit code: 0 done or noted, 1 none such.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    wish.settings = settings
    wish.add_argument("id", metavar="ID", help="its reference, id, or name, where it has no outcome yet")
    wish.set_defaults(command=_wish, wish=what)


def _wish(chosen: argparse.Namespace) -> int:
    import asyncio

    from bot.ledger.models import State
    from bot.workflow.database import open_database
    from bot.workflow.read_only import ledger_of
    from bot.workflow.wishes import Wish, is_waiting, write_down

    url = database_url()
    with ledger_of(url) as ledger:
        exact = asyncio.run(ledger.get(chosen.id))
        found = [exact] if exact else asyncio.run(ledger.find(chosen.id))
    under_way = [each for each in found if each.state == State.UNDER_WAY]
    if len(under_way) != 1:
        which = ", ".join(each.reference for each in under_way)
        console.complain(f"several have no outcome yet: {which}" if which else "no such request without an outcome")
        return EXIT_NOTHING
    (receipt,) = under_way
    database = open_database(url)
    try:
        write_down(database, Wish(request_id=receipt.id, what=chosen.wish, who=_who_runs_this()))
        deadline = time.monotonic() + _DONE_WITHIN_SECONDS
        while (waiting := is_waiting(database, receipt.id)) and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        database.dispose()
    done = "noted; a bot does it when it runs" if waiting else "done"
    console.say(f"{chosen.wish} {receipt.name} ({receipt.reference}): {done}")
    return EXIT_FOUND


def _who_runs_this() -> str:
    import contextlib
    import getpass
    import socket

    with contextlib.suppress(KeyError, OSError):
        return f"{getpass.getuser()}@{socket.gethostname()}"
    return socket.gethostname()
