"""What all checks need."""

from dataclasses import dataclass, field

import aiohttp

from bot.access.people import Workspace
from bot.access.profiles import Profile
from bot.codearts.credentials.key import Key
from bot.codearts.probe import Probe
from bot.config import Settings
from bot.net.network import Network
from bot.slack.needs import ManifestNeeds
from bot.slack.web_client import WatchedWebClient


@dataclass(kw_only=True)
class CheckContext:
    """The settings, the clients, and what the enabled features need from the Slack app and the access key.

    `dates` holds the times of the clouds' clocks, in seconds since the UTC epoch, each with our own at that moment.
    `installation`: workspace and bot user, once Slack has told them. `bot` is the bot's name in that `workspace`,
    `app_id` and `bot_id` its ids.
    `people`: those whom settings name, None for those whom Slack does not know; `members`: those of the user groups.
    `key`: the access key, if there is one; `accepted`: whether CodeArts accepts it, None until it has answered.
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
    app_id: str | None = None
    bot_id: str | None = None
    workspace: Workspace = field(default_factory=Workspace)
    people: dict[str, Profile | None] = field(default_factory=dict)
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    key: Key | None = None
    accepted: bool | None = None
