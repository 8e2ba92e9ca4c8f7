"""The bot looks at its own settings and surroundings: all of it for `registry-bot check`, and less at each start."""

import contextlib
from collections.abc import AsyncIterator

from bot.access.settled import scopes_needed
from bot.clients import build_asking, build_network, slack_client, slack_session
from bot.config import Settings
from bot.domain.findings import Finding
from bot.features.catalogue import FEATURES
from bot.observability.check.at_start import say_at_start
from bot.observability.check.examine import examine, examine_at_start
from bot.observability.check.surroundings import Surroundings
from bot.slack.needs import ManifestNeeds, all_needs


async def check(settings: Settings) -> list[Finding]:
    """What is configured, reachable and permitted, one finding a question. Raises `SettingsError` as the start does."""
    async with _surroundings(settings) as around:
        return await examine(around)


async def say_findings(settings: Settings) -> None:
    """A log line for whatever is not well and the start does not show by itself."""
    async with _surroundings(settings) as around:
        say_at_start(await examine_at_start(around))


@contextlib.asynccontextmanager
async def _surroundings(settings: Settings) -> AsyncIterator[Surroundings]:
    network = build_network(settings)
    asking = build_asking(settings, network=network)
    async with slack_session(network) as session, asking:
        yield Surroundings(
            settings=settings,
            network=network,
            session=session,
            slack=slack_client(settings, session),
            asking=asking,
            needs=all_needs(feature.needs for feature in FEATURES) | ManifestNeeds(scopes=scopes_needed(settings)),
            rights=frozenset(right for feature in FEATURES for right in feature.rights),
        )
