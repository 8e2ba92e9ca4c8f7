"""The command `registry-bot manifest`: the manifest of the Slack app, ready to paste. It imports what it uses when it runs."""

import argparse
from typing import Any
from urllib.parse import urlsplit

from bot import console
from bot.domain.command import is_command


def add_command(commands: Any) -> None:
    """Add it to the parser's commands."""
    manifest = commands.add_parser(
        "manifest",
        help="print the manifest of the Slack app",
        description="Print the manifest to create or update the Slack app from. Needs no settings; COMMAND is respected.",
    )
    reached = manifest.add_mutually_exclusive_group()
    reached.add_argument(
        "--url", type=_address, help="the https address at which Slack reaches the bot, without a path"
    )
    reached.add_argument("--socket-mode", action="store_true", help="for SLACK_APP_TOKEN: no address is needed")
    add_slash(manifest, default="COMMAND")
    manifest.set_defaults(command=_manifest)


def _manifest(chosen: argparse.Namespace) -> int:
    from bot import config
    from bot.features.catalogue import FEATURES
    from bot.slack.manifest import EXAMPLE_URL, as_yaml
    from bot.slack.needs import all_needs

    command = chosen.slash or config.read(config.CommandSettings).command
    needs = all_needs(feature.needs for feature in FEATURES).called(command)
    url = None if chosen.socket_mode else chosen.url or EXAMPLE_URL
    console.say(as_yaml(needs, url=url).rstrip("\n"))
    return 0


def add_slash(parser: argparse.ArgumentParser, *, default: str) -> None:
    """The option for the name of the slash command; `default` is only for its help."""
    parser.add_argument("--command", dest="slash", type=_slash, help=f"the slash command (default: {default})")


def _slash(text: str) -> str:
    if not is_command(text):
        raise argparse.ArgumentTypeError("a slash, then up to 31 characters without spaces or capital letters")
    return text


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError("an address such as https://registry-bot.example.com, without a path")
    return f"https://{parts.netloc}"
