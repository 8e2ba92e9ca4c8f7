"""What the log says at the start: what runs here, and what looks wrong about its settings and may be right."""

import logging

from bot import __version__
from bot.config import Settings, set_twice, strangers
from bot.settings.database_url import DatabaseUrl

_UNLIKE_SLACKS = "SLACK_SIGNING_SECRET does not look like one of Slack's, which are 32 hex digits"

logger = logging.getLogger(__name__)


def warn_of_oddities(settings: Settings) -> None:
    """A warning for each."""
    for line in [*strangers(Settings), *set_twice(Settings)]:
        logger.warning("%s", line)
    if not settings.signing_secret_is_like_slacks:
        logger.warning(_UNLIKE_SLACKS)


def say_start(settings: Settings, *, executor_id: str) -> None:
    """What runs here, in one line."""
    fields = {
        "version": __version__,
        "mode": "socket" if settings.slack_app_token else "http",
        "database": DatabaseUrl.parse(settings.database_url).kind,
        "executor": executor_id,
        "region": settings.region,
        "command": settings.command,
    }
    logger.info("started", extra=fields)
