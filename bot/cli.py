"""The commands. The only place that prints, and the only one that ends the process.

Each command imports what it uses when it runs, so that `registry-bot create` does not take the time to load Slack and the
database.
"""

import argparse
import contextlib
import gc
import sys
from collections.abc import Callable
from functools import partial
from typing import NoReturn

from bot import __version__, check_cli, console, ledger_cli, manifest_cli, operator_cli
from bot.commands import add_explained
from bot.errors import CannotStart, InvalidRequest, TemporaryFailure

# From sysexits.h, so that they differ from the 0, 1 and 2 of `create`.
EXIT_USAGE, EXIT_TEMPORARY, EXIT_SETTINGS = 64, 75, 78
EXIT_INTERRUPTED = 130
EXIT_OF_OUTCOME = {"created": 0, "refused": 1, "in_doubt": 2}


class _Parser(argparse.ArgumentParser):
    """`settings` makes the part of the help about settings; it is called only when the help is shown."""

    settings: Callable[[], str] | None = None

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n")

    def format_help(self) -> str:
        if self.settings is not None:
            self.epilog = self.settings()
        return super().format_help()


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its code."""
    console.prepare()
    try:
        sys.exit(_main(arguments))
    finally:
        with contextlib.suppress(console.OutputLost):
            console.finish()


def _main(arguments: list[str] | None) -> int:
    chosen = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = chosen.command
    try:
        code = command(chosen)
        console.finish()
    except console.OutputLost as error:
        console.complain(str(error))
        return EXIT_TEMPORARY
    except CannotStart as error:
        _complain(str(error))
        return EXIT_TEMPORARY if isinstance(error, TemporaryFailure) else EXIT_SETTINGS
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return code


def _run(_chosen: argparse.Namespace) -> int:
    from bot.shutdown import heed_signals

    # Before the other imports, which take a second: until then the first process of a container ignores signals.
    ending = heed_signals()
    import asyncio

    from bot.net.certificates import none_loaded

    with none_loaded():
        from bot import config, process
        from bot.observability import logs

    settings = config.read(config.Settings)
    logs.set_up_logging(secrets=settings.secrets, level=settings.log_level, form=settings.log_format)
    asyncio.run(process.run(settings, ending=ending))
    return 0


def _demo(chosen: argparse.Namespace) -> int:
    from bot.playground.demo import main as demo

    return demo(port=chosen.port, command=chosen.slash)


def _create(chosen: argparse.Namespace) -> int:
    # The command ends before there is garbage worth collecting, and looking for it takes a fifth of its time.
    gc.disable()
    try:
        return _create_one(chosen)
    finally:
        gc.freeze()


def _create_one(chosen: argparse.Namespace) -> int:
    import asyncio

    from bot.net.certificates import none_loaded

    with none_loaded():
        from bot import clients
    from bot import config
    from bot.domain.description_note import DescriptionNote
    from bot.domain.registry import Outcome
    from bot.features.create_registry import terminal
    from bot.features.create_registry.violations import sentence
    from bot.observability.plain_logs import set_up_plain_logging

    settings = config.read(config.CodeArtsSettings)
    set_up_plain_logging(secrets=settings.secrets)

    async def create() -> Outcome:
        async with clients.build_codearts(settings) as codearts:
            return await terminal.create(
                codearts,
                name=chosen.name,
                description=chosen.description,
                waiting=_say_waiting,
                note=DescriptionNote(template=settings.description_note) if settings.description_note else None,
                requester=_who_runs_this(),
                naming=settings.naming_rule,
            )

    try:
        outcome = asyncio.run(create())
    except InvalidRequest as invalid:
        for violation in invalid.violations:
            _complain(sentence(violation))
        return EXIT_OF_OUTCOME["refused"]
    for label, value in terminal.outcome_lines(outcome):
        console.say(f"{label}: {value}")
    return EXIT_OF_OUTCOME[outcome.kind]


def _who_runs_this() -> str:
    """The name of the user, or an empty string if the system has none."""
    import contextlib
    import getpass

    with contextlib.suppress(KeyError, OSError):
        return getpass.getuser()
    return ""


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="registry-bot", description="Docker registries in Huawei Cloud CodeArts Artifact, from Slack."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.set_defaults(command=lambda _chosen: _help(parser))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)

    demo = commands.add_parser(
        "demo",
        help="try all of it in a browser, without any account",
        description="The real bot between a local Slack and a local CodeArts, on a page. Needs no settings and no account.",
    )
    demo.add_argument("--port", type=int, default=None, help="port of the page (default: 8080, or the next free one)")
    manifest_cli.add_slash(demo, default="/create-registry")
    demo.set_defaults(command=_demo)

    run = add_explained(
        commands,
        "run",
        meaning="run the bot",
        description="Run the bot: over Socket Mode when SLACK_APP_TOKEN is set, else over HTTP.",
        settings=partial(_settings_help, "Settings"),
    )
    run.set_defaults(command=_run)

    create = add_explained(
        commands,
        "create",
        meaning="create one registry from the terminal",
        description="Create one registry. Exit code: 0 created, 1 refused, 2 unconfirmed, 64 wrong usage, 78 settings.",
        settings=partial(_settings_help, "CodeArtsSettings"),
    )
    create.add_argument("name", metavar="NAME", help="up to 20 letters (a-z, A-Z), digits, dots, - and _")
    create.add_argument("--description", metavar="TEXT", help="up to 200 characters")
    create.set_defaults(command=_create)

    check_cli.add_command(commands, settings=partial(_settings_help, "Settings"))
    ledger_cli.add_commands(commands, settings=partial(_settings_help, "DatabaseSettings"))
    operator_cli.add_commands(commands, settings=partial(_settings_help, "DatabaseSettings"))
    manifest_cli.add_command(commands)
    return parser


def _help(parser: argparse.ArgumentParser) -> int:
    parser.print_help(sys.stderr)
    return EXIT_USAGE


def _settings_help(kind: str) -> str:
    from bot import config

    return config.help_text(getattr(config, kind))


def _say_waiting(seconds: float) -> None:
    console.complain(f"no answer yet, asking again in {seconds:.0f} s")


def _complain(text: str) -> None:
    for line in text.splitlines():
        console.complain(line)
