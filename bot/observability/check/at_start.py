"""Findings in the log of a bot that starts: one line each, with what to do."""

import logging
from collections.abc import Sequence

from bot.domain.findings import Finding, Level
from bot.observability.check.sentences import how_to_fix, what

logger = logging.getLogger(__name__)


def log_at_start(findings: Sequence[Finding]) -> None:
    """A warning, or an error where something does not work; and one line that it was looked at all."""
    for each in findings:
        level = logging.ERROR if each.level is Level.FIX else logging.WARNING
        logger.log(level, "%s. %s", what(each), how_to_fix(each), extra={"code": each.code})
    logger.info("settings and surroundings are checked", extra={"found": len(findings)})
