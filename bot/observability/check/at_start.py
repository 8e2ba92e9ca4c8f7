"""Findings in the log of a starting bot: one line each, with what to do."""

import logging
from collections.abc import Sequence

from bot.domain.findings import Finding, Level
from bot.observability.check.sentences import how_to_fix, what

logger = logging.getLogger(__name__)


def log_at_start(findings: Sequence[Finding]) -> None:
    """Log a warning for each finding, or an error if something does not work, and finally that the check was made."""
    for each in findings:
        level = logging.ERROR if each.level is Level.FIX else logging.WARNING
        logger.log(level, "%s. %s", what(each), how_to_fix(each), extra={"code": each.code})
    logger.info("settings and environment checked", extra={"found": len(findings)})
