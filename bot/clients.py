"""Builds every client for outgoing calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp

from bot.codearts.client import CodeArts
from bot.codearts.credentials.chosen import build_keys
from bot.codearts.regions import endpoint_for
from bot.net.network import Network
from bot.net.proxies import Proxies
from bot.redaction import redactor

if TYPE_CHECKING:
    from bot.codearts.probe import Probe
    from bot.config import CodeArtsSettings, Settings
    from bot.net.resolver import OwnThreadsResolver
    from bot.slack.web_client import WatchedWebClient

# On the session, because slack_sdk ignores its own timeout where a session is given (docs/facts/slack.md section 11).
_SLACK_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)


def build_network(settings: CodeArtsSettings, *, resolver: OwnThreadsResolver | None = None) -> Network:
    """The network policy for every client. Raises `SettingsError` for an unusable proxy or certificate file."""
    secure, plain = settings.https_proxy, settings.http_proxy
    network = Network(
        proxies=Proxies(
            https=secure.get_secret_value() if secure else None,
            http=plain.get_secret_value() if plain else None,
            direct=settings.no_proxy,
        ),
        ca_file=settings.ssl_cert_file,
        resolver=resolver,
    )
    if settings.ssl_cert_file:
        _ = network.certificates  # what is wrong with the file is said now, not at the first call
    return network


def build_codearts(settings: CodeArtsSettings, *, network: Network | None = None) -> CodeArts:
    """The client for the region or the endpoint that is set.

    Raises `SettingsError` for an unknown region, and for a profile file that cannot be used.
    """
    network = network or build_network(settings)
    return CodeArts(
        endpoint=settings.endpoint or endpoint_for(settings.region),
        keys=build_keys(settings, network=network),
        project_id=settings.project_id,
        domain_id=settings.domain_id,
        codearts_project_id=settings.codearts_project_id,
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        network=network,
        redact=redactor(settings.secrets, pieces=True),
    )


def build_probe(settings: CodeArtsSettings, *, network: Network) -> Probe:
    """The client for queries about the account, with a key from the same source."""
    from bot.codearts.probe import Probe  # noqa: PLC0415  `registry-bot create` does without it

    return Probe(
        keys=build_keys(settings, network=network),
        project_id=settings.project_id,
        network=network,
        redact=redactor(settings.secrets, pieces=True),
    )


def slack_session(network: Network | None = None) -> aiohttp.ClientSession:
    """One pool of connections for all calls to Slack, its socket among them. Call it inside the loop that uses it."""
    return (network or Network()).session(timeout=_SLACK_TIMEOUT)


def slack_client(settings: Settings, session: aiohttp.ClientSession, *, with_token: bool = True) -> WatchedWebClient:
    """The Web API. The default retry handler posts again after a dropped connection, which doubles a message: none here."""
    from bot.slack.web_client import WatchedWebClient  # noqa: PLC0415  `registry-bot create` does without it

    token = settings.slack_bot_token.get_secret_value() if with_token else None
    return WatchedWebClient(token=token, base_url=settings.slack_api_url, session=session, retry_handlers=[])
