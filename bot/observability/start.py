"""Logs at the start what is running. `check/at_start.py` logs the problems."""

import logging

from bot import __version__
from bot.config import Settings
from bot.settings.database_url import DatabaseUrl

logger = logging.getLogger(__name__)


def log_start(settings: Settings, *, executor_id: str) -> None:
    """Log version, region and so on in one line."""
    fields = {
        "version": __version__,
        "mode": "socket" if settings.slack_app_token else "http",
        "database": DatabaseUrl.parse(settings.database_url).kind,
        "executor": executor_id,
        "region": settings.region,
        "command": settings.command,
    }
    logger.info("started", extra=fields)
