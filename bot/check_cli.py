"""The command `registry-bot check`. It imports what it uses when it runs, as in `cli.py`."""

import argparse
from collections.abc import Callable
from typing import Any

from bot import console
from bot.commands import add_explained


def add_command(commands: Any, *, settings: Callable[[], str]) -> None:
    """Add it to the parser's commands. `settings` makes the part of the help that names the settings."""
    check = add_explained(
        commands,
        "check",
        meaning="say what is configured, reachable and permitted, and how to fix what is not",
        description=(
            "Try everything the bot needs, once, without creating anything. Exit code: 0 all is well, 78 something has to be "
            "changed, 75 something is not working at the moment."
        ),
        settings=settings,
    )
    check.add_argument("--json", action="store_true", help="a list of objects: level, code, what, fix, passing, values")
    check.set_defaults(command=_check)


def _check(chosen: argparse.Namespace) -> int:
    from bot.errors import CannotStart
    from bot.net.certificates import none_loaded

    with none_loaded():
        from bot.observability.check import report

    try:
        findings = _findings()
    except CannotStart as error:
        if not chosen.json:
            raise
        findings = report.of_settings(error)
    if chosen.json:
        console.say(report.as_json(findings))
    else:
        for finding in findings:
            console.say(report.as_lines(finding))
    return report.exit_code(findings)


def _findings() -> Any:
    import asyncio

    from bot import config, self_check
    from bot.observability import logs

    settings = config.read(config.Settings)
    logs.set_up_logging(secrets=settings.secrets, level=settings.log_level, form=settings.log_format)
    return asyncio.run(self_check.check(settings))
