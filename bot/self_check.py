"""The bot looks at its own settings and surroundings: all of it for `registry-bot check`, and less at each start."""

import contextlib
from collections.abc import AsyncIterator

from bot.access.gate_setup import scopes_needed
from bot.clients import build_network, build_probe, slack_client, slack_session
from bot.codearts.acceptance import Acceptance
from bot.config import Settings
from bot.domain.findings import Finding
from bot.features.catalogue import FEATURES
from bot.observability.check.at_start import log_at_start
from bot.observability.check.context import CheckContext
from bot.observability.check.examine import examine, examine_at_start
from bot.slack.needs import ManifestNeeds, all_needs


async def check(settings: Settings) -> list[Finding]:
    """What is configured, reachable and permitted, one finding a question. Raises `SettingsError` as the start does."""
    async with _context(settings) as context:
        return await examine(context)


async def log_findings(settings: Settings, *, acceptance: Acceptance) -> None:
    """A log line for each problem that the start does not show anyway.

    `acceptance` is told whether CodeArts accepts the access key.
    """
    async with _context(settings) as context:
        log_at_start(await examine_at_start(context))
    if context.accepted is not None:
        acceptance.start_with(accepted=context.accepted)


@contextlib.asynccontextmanager
async def _context(settings: Settings) -> AsyncIterator[CheckContext]:
    network = build_network(settings)
    probe = build_probe(settings, network=network)
    async with slack_session(network) as session, probe:
        yield CheckContext(
            settings=settings,
            network=network,
            session=session,
            slack=slack_client(settings, session),
            probe=probe,
            needs=all_needs(feature.needs for feature in FEATURES) | ManifestNeeds(scopes=scopes_needed(settings)),
            rights=frozenset(right for feature in FEATURES for right in feature.rights),
        )
