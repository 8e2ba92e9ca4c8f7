"""The commands about the ledger: `show`, `requests`, `audit`, `migrate`. They import what they use when they run."""

import argparse
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot import console
from bot.commands import add_explained

EXIT_FOUND, EXIT_NOTHING, EXIT_USAGE = 0, 1, 64
_SHOWN_MAX = 100
# By `workflow.standing_still.Why`.
_STILL = {
    "not_resumable": "the running version of the bot cannot continue it",
    "no_progress": "nothing has happened to it for 15 minutes",
}
_PAGE = 200
_AGO = re.compile(r"(\d{1,5})([hdw])")
_SECONDS = {"h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}


def add_commands(commands: Any, *, settings: Callable[[], str]) -> None:
    """Add them to the parser's commands. `settings` makes the part of the help that names the settings."""
    show = add_explained(
        commands,
        "show",
        meaning="show what happened to a request",
        description="Show the requests with a name, reference, address or trace id. Exit code: 0 found, 1 nothing found.",
        settings=settings,
    )
    show.add_argument(
        "what", metavar="WHAT", help="a name, reference, address or trace id; upper and lower case do not matter"
    )
    show.add_argument("--json", action="store_true", help="one JSON object for each request, with its events")
    show.set_defaults(command=_show)

    requests = add_explained(
        commands,
        "requests",
        meaning="list requests, newest first",
        description="List requests, newest first.",
        settings=settings,
    )
    requests.add_argument("--mine", metavar="U…", help="only those of this Slack user id")
    requests.add_argument(
        "--state",
        choices=("waiting", "creating", "stuck", "success", "error", "unconfirmed", "unknown"),
        help="stuck: without an outcome, and nothing happens, or the running bot cannot continue it; "
        "error: also what was declined, withdrawn, cancelled or expired",
    )
    requests.add_argument(
        "--since", metavar="WHEN", type=_moment, help="a day (2026-11-26), or how long ago: 12h, 7d, 4w"
    )
    requests.add_argument("--limit", type=_count, default=_SHOWN_MAX, help=f"how many at most (default: {_SHOWN_MAX})")
    requests.add_argument("--json", action="store_true", help="one JSON object for each request")
    requests.set_defaults(command=_requests)

    audit = add_explained(
        commands,
        "audit",
        meaning="export everything that happened, oldest first",
        description="Every step of every request, and every denial, oldest first; each line is complete by itself.",
        settings=settings,
    )
    audit.add_argument("--since", metavar="WHEN", type=_moment, help="from then on: 2026-11-26, 2026-11-26T09:00Z, 7d")
    audit.add_argument("--until", metavar="WHEN", type=_moment, help="only what happened before then")
    audit.add_argument(
        "--format", choices=("jsonl", "csv", "table"), default="jsonl", help="jsonl (default), csv, or table for people"
    )
    audit.set_defaults(command=_audit)

    migrate = add_explained(
        commands,
        "migrate",
        meaning="create the bot's tables, or bring them up to date",
        description="Create the bot's tables, or bring them up to date. `run` does this itself if its database role may.",
        settings=settings,
    )
    migrate.add_argument(
        "--sql", action="store_true", help="only print what is missing, as SQL for a role that may create it"
    )
    migrate.set_defaults(command=_migrate)


def _show(chosen: argparse.Namespace) -> int:
    import asyncio

    from bot.features.explained import words_of
    from bot.features.receipts import terminal
    from bot.workflow.read_only import ledger_of

    explanations = _explanations()
    with ledger_of(database_url()) as ledger:
        found = asyncio.run(ledger.find(chosen.what))
        for number, receipt in enumerate(found):
            words, events = words_of(receipt, explanations), asyncio.run(ledger.events(receipt.id))
            if chosen.json:
                console.say(terminal.as_json(receipt, words, events))
                continue
            for line in ("", *terminal.lines(receipt, words, events))[not number :]:
                console.say(line)
        if not found:
            near = asyncio.run(ledger.near(chosen.what))
            console.complain(_nothing_known(near))
    return EXIT_FOUND if found else EXIT_NOTHING


def _nothing_known(near: Sequence[str]) -> str:
    next_step = (
        f"Similar names: {', '.join(near)}." if near else "`registry-bot requests` lists what was requested in Slack."
    )
    return f"There is no request with this name, reference, address or trace id. {next_step}"


def _requests(chosen: argparse.Namespace) -> int:
    import asyncio

    from bot.features.explained import words_of
    from bot.features.receipts import terminal
    from bot.features.receipts.states import NAMES
    from bot.ledger.models import OPEN, Place
    from bot.workflow.read_only import ledger_of, standing_still_of

    explanations, left, after = _explanations(), chosen.limit, None
    stuck = chosen.state == "stuck"
    states = sorted(OPEN) if stuck else [NAMES[chosen.state]] if chosen.state else []
    write = terminal.as_json if chosen.json else terminal.line
    url = database_url()
    with ledger_of(url) as ledger:
        still = standing_still_of(url) if stuck else {}
        while left > 0:
            question = ledger.newest(
                requester=chosen.mine,
                states=states,
                since=chosen.since,
                after=after,
                limit=_PAGE if stuck else min(left, _PAGE),
            )
            page = asyncio.run(question)
            shown = [receipt for receipt in page if not stuck or receipt.id in still][:left]
            for receipt in shown:
                words = words_of(receipt, explanations)
                console.say(write(receipt, replace(words, reason=_STILL[still[receipt.id]]) if stuck else words))
            if not page:
                break
            left, after = left - len(shown), Place.of(page[-1])
    return EXIT_FOUND


def _audit(chosen: argparse.Namespace) -> int:
    from bot.ledger.exports import FORMATS
    from bot.workflow.read_only import ledger_of

    if chosen.since is not None and chosen.until is not None and chosen.since >= chosen.until:
        console.complain("--since is not before --until, so there is nothing in between")
        return EXIT_USAGE
    with ledger_of(database_url()) as ledger:
        for line in FORMATS[chosen.format](ledger.export(since=chosen.since, until=chosen.until)):
            console.say(line)
    return EXIT_FOUND


def _migrate(chosen: argparse.Namespace) -> int:
    from bot.workflow import tables
    from bot.workflow.database import open_database
    from bot.workflow.read_only import open_to_read

    if chosen.sql:
        engine = open_to_read(database_url())
        console.say(tables.as_sql(engine) or "-- nothing is missing")
    else:
        engine = open_database(database_url())
        tables.prepare(engine)
        console.say("The tables of the bot are up to date.")
    engine.dispose()
    return EXIT_FOUND


def _explanations() -> Any:
    from bot.features.catalogue import FEATURES
    from bot.features.contract import all_explanations

    return all_explanations(FEATURES)


def database_url() -> str:
    """What is set, with the log set up for a command at a terminal. Raises `SettingsError`."""
    from bot import config
    from bot.observability.plain_logs import set_up_plain_logging

    settings = config.read(config.DatabaseSettings)
    set_up_plain_logging(secrets=settings.secrets)
    return settings.database_url


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9])):
        raise argparse.ArgumentTypeError("a number from 1 on")
    return int(text)


def _moment(text: str) -> float:
    if ago := _AGO.fullmatch(text):
        return time.time() - int(ago[1]) * _SECONDS[ago[2]]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day such as 2026-11-26, or how long ago: 12h, 7d, 4w") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
