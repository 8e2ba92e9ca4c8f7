"""The whole playground: local Slack, local CodeArts and the page, started and stopped together."""

import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.page.server import Page
from bot.playground.policies import APPROVERS
from bot.playground.serving import HOST
from bot.playground.slack.installed_app import COMMAND
from bot.playground.slack.server import LocalSlack

SIGNING_SECRET = "10ca1a5e10ca1a5e10ca1a5e10ca1a5e"  # noqa: S105 - opens nothing but this server
BOT_TOKEN = "xoxb-local-playground"  # noqa: S105 - as above

# Settings in the caller's environment that could lead the bot to the outside world.
_FOREIGN_PREFIXES = (
    *("SLACK_", "HUAWEICLOUD_", "CODEARTS_", "CLOUD_SDK_", "DBOS_"),
    *("NAME_PATTERN", "ALLOW", "APPROV", "MANAGEMENT_", "LOG_", "MAX_PER_"),
)
_FOREIGN_NAMES = frozenset(
    {"NOTIFY_CHANNELS", "ALLOW_SHARED_CHANNELS", "DATABASE_URL", "EXECUTOR_ID", "HOST", "PORT"}
    | {"OPERATORS", "RETENTION_DAYS", "SUPPORT_CONTACT", "ACCESS_CONTACT", "PUSH_GUIDE", "OPS_CHANNEL"}
    | {"COMMAND", "LABEL", "SECRETS_DIR", "DRAIN_SECONDS"}
    | {"HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE"}  # everything is on loopback, over plain HTTP
)
_SOURCE_ROOT = Path(__file__).resolve().parents[2]


class Playground:
    """`slack`, `cloud` and `page`, on loopback. Used by the demo and by tests that need all three.

    `command` is the app's slash command.
    """

    def __init__(self, *, command: str = COMMAND) -> None:
        self.slack = LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, command=command)
        self.cloud = LocalCodeArts()
        self.page = Page(slack=self.slack, cloud=self.cloud)
        self._started = AsyncExitStack()

    async def start(self, *, port: int = 0) -> None:
        """Serve the page on `port` (0 = any free one), the others on any port. Raises OSError if `port` is taken."""
        async with AsyncExitStack() as starting:
            for server, wanted in ((self.page, port), (self.slack, 0), (self.cloud, 0)):
                await server.start(port=wanted)
                starting.push_async_callback(server.stop)
            self._started = starting.pop_all()

    async def stop(self) -> None:
        """Stop all three. A second stop does nothing."""
        await self._started.aclose()

    async def __aenter__(self) -> Self:
        """Start on any free port."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def expect_bot(self, port: int) -> None:
        """Deliver commands and forms to the bot that will listen on this port on loopback."""
        self.slack.request_url = f"http://{HOST}:{port}/slack/events"

    def bot_environment(self, parent: Mapping[str, str], *, port: int, workdir: Path) -> dict[str, str]:
        """The environment of a bot that reaches only this playground.

        `parent` is what it inherits, without the settings of a real bot; its database is created in `workdir`. The bot's
        working directory must not contain a `.env`, which would be read.
        """
        inherited = {
            name: value
            for name, value in parent.items()
            if not name.startswith(_FOREIGN_PREFIXES) and name.upper() not in _FOREIGN_NAMES
        }
        search_path = [str(_SOURCE_ROOT), *filter(None, [parent.get("PYTHONPATH")])]
        return {
            **inherited,
            **self._settings(),
            **APPROVERS,
            "HOST": HOST,
            "PORT": str(port),
            "DATABASE_URL": f"sqlite:///{workdir / 'registry-bot.sqlite3'}",
            "EXECUTOR_ID": "demo",
            "PYTHONPATH": os.pathsep.join(search_path),
            "PYTHONUNBUFFERED": "1",
        }

    def _settings(self) -> dict[str, str]:
        return {
            "COMMAND": self.slack.commands[0].command,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": self.slack.api_url,
            "HUAWEICLOUD_SDK_AK": self.cloud.keys.access_key,
            "HUAWEICLOUD_SDK_SK": self.cloud.keys.secret_key,
            "HUAWEICLOUD_SDK_DOMAIN_ID": self.cloud.tenant_id,
            "CODEARTS_PROJECT_ID": self.cloud.project_id,
            "CODEARTS_ENDPOINT": self.cloud.base_url,
            # So that even the first lost answer can be resolved.
            "CODEARTS_DESCRIPTION_NOTE": "by {requester}, {reference}",
            "SUPPORT_CONTACT": "#platform",
        }
