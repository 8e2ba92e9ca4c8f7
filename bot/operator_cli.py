"""The commands `retry` and `cancel`: what operators want done with a request. They import what they use when they run."""

import argparse
import time
from collections.abc import Callable
from typing import Any

from bot import console
from bot.commands import add_explained
from bot.ledger_cli import EXIT_FOUND, EXIT_NOTHING, database_url

_ANSWERED_WITHIN_SECONDS = 15.0
# By the answer of the bot (`workflow/operator_commands.py`).
_ANSWERS = {
    None: "noted; a bot will do it as soon as one runs",
    "done": "done",
    "nobody_told": "done, but nobody could be told, so tell the requester",
    "over": "nothing to do, because it has an outcome by now",
    "worked_on": "nothing to do, because the bot is working on it",
    "failed": "failed; the log of the bot says why",
}
_ENDED = "What this names has an outcome already: `registry-bot show {asked}`."
_UNKNOWN = "There is no such request. `registry-bot requests` lists them."
_WAITS = "nothing to do, because it waits for an approval"
_NOT_DONE = frozenset({"over", "failed"})


def add_commands(commands: Any, *, settings: Callable[[], str]) -> None:
    """Add them to the parser's commands. `settings` makes the part of the help that names the settings."""
    _add(commands, "retry", "retry a request that is stuck", settings)
    _add(commands, "cancel", "cancel a request that has no outcome; the requester is told", settings)


def _add(commands: Any, what: str, meaning: str, settings: Callable[[], str]) -> None:
    added = add_explained(
        commands,
        what,
        meaning=meaning,
        description=(
            f"{meaning[0].upper()}{meaning[1:]}. A running bot does it. "
            "Exit code: 0 done, noted, or being worked on; 1 no such request, or not done."
        ),
        settings=settings,
    )
    added.add_argument("id", metavar="ID", help="the reference, id or name of a request that has no outcome yet")
    added.set_defaults(command=_ask, what=what)


def _ask(chosen: argparse.Namespace) -> int:
    import asyncio

    from bot.ledger.models import OPEN, State
    from bot.workflow.database import open_database
    from bot.workflow.operator_commands import OperatorCommand, answer_to, write_down
    from bot.workflow.read_only import ledger_of

    url = database_url()
    with ledger_of(url) as ledger:
        exact = asyncio.run(ledger.get(chosen.id))
        found = [exact] if exact else asyncio.run(ledger.find(chosen.id))
    under_way = [each for each in found if each.state in OPEN]
    if len(under_way) != 1:
        which = ", ".join(each.reference for each in under_way)
        none = _ENDED.format(asked=chosen.id) if found else _UNKNOWN
        console.complain(f"several have no outcome yet, so give the reference of one: {which}" if which else none)
        return EXIT_NOTHING
    (receipt,) = under_way
    command = OperatorCommand(request_id=receipt.id, what=chosen.what, who=_who_runs_this())
    database = open_database(url)
    try:
        write_down(database, command)
        deadline = time.monotonic() + _ANSWERED_WITHIN_SECONDS
        while (answer := answer_to(database, command)) is None and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        database.dispose()
    words = _WAITS if answer == "worked_on" and receipt.state == State.WAITING else _ANSWERS[answer]
    console.say(f"{chosen.what} {receipt.name} ({receipt.reference}): {words}")
    return EXIT_NOTHING if answer in _NOT_DONE else EXIT_FOUND


def _who_runs_this() -> str:
    import contextlib
    import getpass
    import socket

    with contextlib.suppress(KeyError, OSError):
        return f"{getpass.getuser()}@{socket.gethostname()}"
    return socket.gethostname()
