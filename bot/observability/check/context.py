"""What the questions are asked with."""

from dataclasses import dataclass, field

import aiohttp

from bot.codearts.probe import Probe
from bot.config import Settings
from bot.net.network import Network
from bot.slack.needs import ManifestNeeds
from bot.slack.web_client import WatchedWebClient


@dataclass(kw_only=True)
class CheckContext:
    """The settings, the clients, and what the enabled features need: of the Slack app, and of the access key.

    `dates` holds what the other sides' clocks said, in seconds since the UTC epoch, with ours at that moment. `installation`:
    workspace and bot user, once Slack has said them. `bot` is how people call the bot in that workspace.
    """

    settings: Settings
    network: Network
    session: aiohttp.ClientSession
    slack: WatchedWebClient
    probe: Probe
    needs: ManifestNeeds
    rights: frozenset[str]
    dates: dict[str, tuple[float, float]] = field(default_factory=dict)
    granted: frozenset[str] = frozenset()
    installation: str | None = None
    bot: str = "registry-bot"
