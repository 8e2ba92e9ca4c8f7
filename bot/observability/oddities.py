"""What looks wrong about the settings and may be right: said at the start, and by `check`."""

import logging

from bot.config import Settings, set_twice, strangers

_UNLIKE_SLACKS = "SLACK_SIGNING_SECRET does not look like one of Slack's, which are 32 hex digits"

logger = logging.getLogger(__name__)


def warn_of_oddities(settings: Settings) -> None:
    """A warning for each."""
    for line in [*strangers(Settings), *set_twice(Settings)]:
        logger.warning("%s", line)
    if not settings.signing_secret_is_like_slacks:
        logger.warning(_UNLIKE_SLACKS)
