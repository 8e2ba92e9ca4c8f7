"""The command `registry-bot manifest`: the manifest of the Slack app, ready to paste. It imports what it uses when it runs."""

import argparse
from typing import Any
from urllib.parse import urlsplit

from bot import console


def add_command(commands: Any) -> None:
    """Add it to the parser's commands."""
    manifest = commands.add_parser(
        "manifest",
        help="print the manifest of the Slack app",
        description="Print the manifest from which the Slack app is created or updated. Needs no setting.",
    )
    reached = manifest.add_mutually_exclusive_group()
    reached.add_argument(
        "--url", type=_address, help="the https address under which Slack reaches the bot, without a path"
    )
    reached.add_argument("--socket-mode", action="store_true", help="for SLACK_APP_TOKEN: no address is needed")
    manifest.set_defaults(command=_manifest)


def _manifest(chosen: argparse.Namespace) -> int:
    from bot.features.catalogue import FEATURES
    from bot.slack.manifest import EXAMPLE_URL, as_yaml
    from bot.slack.needs import all_needs

    needs = all_needs(feature.needs for feature in FEATURES)
    url = None if chosen.socket_mode else chosen.url or EXAMPLE_URL
    console.say(as_yaml(needs, url=url).rstrip("\n"))
    return 0


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError("an address such as https://registry-bot.example.com, without a path")
    return f"https://{parts.netloc}"
