"""All checks, in the order in which problems should be fixed."""

from collections.abc import AsyncIterator
from dataclasses import replace

from bot.domain.findings import Finding, Level
from bot.observability.check.approvers import approvers
from bot.observability.check.channels import channels
from bot.observability.check.clock import clock
from bot.observability.check.codearts import codearts, endpoint_of
from bot.observability.check.context import CheckContext
from bot.observability.check.credentials import credentials
from bot.observability.check.database import database
from bot.observability.check.groups import groups
from bot.observability.check.people import people
from bot.observability.check.port import port
from bot.observability.check.settings import address_is_wrong, settings_themselves
from bot.observability.check.slack import identity
from bot.observability.check.socket_mode import socket_mode, whose_app_token
from bot.redaction import redactor

# Worth reading once, not at every start.
_NOT_AT_START = frozenset({"approvers_single"})


async def examine(context: CheckContext) -> list[Finding]:
    """All findings. Creates nothing."""
    found = list(settings_themselves(context.settings, context.network))
    found += [each async for each in _slack(context)]
    if context.granted or context.installation:
        found += [each async for each in socket_mode(context)]
    found += [each async for each in _codearts(context)]
    found += clock(context)
    found += [each async for each in database(context)]
    found += [each async for each in port(context)]
    return _redacted(found, context)


async def examine_at_start(context: CheckContext) -> list[Finding]:
    """The problems that the start does not report anyway, so not those of the database, the port and the call to Slack."""
    found = list(settings_themselves(context.settings, context.network))
    found += [each async for each in _slack(context)]
    if not (context.granted or context.installation):
        found = [each for each in found if each.values.get("service") != "Slack"]  # `Identity` says it
    found += [each async for each in _codearts(context)] + [*clock(context)]
    return _redacted([each for each in found if _is_for_the_log(each)], context)


def _is_for_the_log(finding: Finding) -> bool:
    return finding.level in {Level.NOTE, Level.FIX} and finding.code not in _NOT_AT_START


def _redacted(found: list[Finding], context: CheckContext) -> list[Finding]:
    redact = redactor(context.settings.secrets)
    clean = ({name: redact(value) for name, value in each.values.items()} for each in found)
    return [replace(each, values=values) for each, values in zip(found, clean, strict=True)]


async def _slack(context: CheckContext) -> AsyncIterator[Finding]:
    if address_is_wrong(context.settings.slack_api_url, path=True):
        return  # the token is not sent there
    async for finding in identity(context):
        yield finding
    if context.installation or context.granted:
        for question in (whose_app_token, channels, groups, people):
            async for finding in question(context):
                yield finding
        for finding in approvers(context):
            yield finding


async def _codearts(context: CheckContext) -> AsyncIterator[Finding]:
    if address_is_wrong(endpoint_of(context.settings), path=False):
        return
    for finding in await credentials(context):
        yield finding
    if context.key is None:
        context.accepted = False
    else:
        async for finding in codearts(context):
            yield finding
