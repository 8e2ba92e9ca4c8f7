"""All questions, in the order in which to fix what is wrong."""

from collections.abc import AsyncIterator
from dataclasses import replace

from bot.domain.findings import Finding, Level
from bot.observability.check.channels import channels
from bot.observability.check.clock import clock
from bot.observability.check.codearts import codearts, endpoint_of
from bot.observability.check.database import database
from bot.observability.check.groups import groups
from bot.observability.check.port import port
from bot.observability.check.settings import address_is_wrong, settings_themselves
from bot.observability.check.slack import identity
from bot.observability.check.socket_mode import socket_mode
from bot.observability.check.surroundings import Surroundings
from bot.redaction import redactor


async def examine(around: Surroundings) -> list[Finding]:
    """Every finding. Creates nothing."""
    found = list(settings_themselves(around.settings, around.network))
    found += [each async for each in _slack(around)]
    if around.granted or around.installation:
        found += [each async for each in socket_mode(around)]
    found += [each async for each in _codearts(around)]
    found += clock(around)
    found += [each async for each in database(around)]
    found += [each async for each in port(around)]
    return _redacted(found, around)


async def examine_at_start(around: Surroundings) -> list[Finding]:
    """What is not well and the start does not show by itself: all but the database, the port and whether Slack answers."""
    found = list(settings_themselves(around.settings, around.network))
    found += [each async for each in _slack(around)]
    if not (around.granted or around.installation):
        found = [each for each in found if each.values.get("service") != "Slack"]  # `Identity` says it
    found += [each async for each in _codearts(around)] + [*clock(around)]
    return _redacted([each for each in found if each.level in {Level.NOTE, Level.FIX}], around)


def _redacted(found: list[Finding], around: Surroundings) -> list[Finding]:
    redact = redactor(around.settings.secrets)
    clean = ({name: redact(value) for name, value in each.values.items()} for each in found)
    return [replace(each, values=values) for each, values in zip(found, clean, strict=True)]


async def _slack(around: Surroundings) -> AsyncIterator[Finding]:
    if address_is_wrong(around.settings.slack_api_url, path=True):
        return  # the token is not sent there
    async for finding in identity(around):
        yield finding
    if around.installation or around.granted:
        for question in (channels, groups):
            async for finding in question(around):
                yield finding


async def _codearts(around: Surroundings) -> AsyncIterator[Finding]:
    if not address_is_wrong(endpoint_of(around.settings), path=False):
        async for finding in codearts(around):
            yield finding
