"""The checks of the settings that need no calls."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from yarl import URL

from bot.codearts.regions import docker_warning
from bot.config import Settings, misspelt_settings, set_twice
from bot.config.service import SLACK_API_URL
from bot.domain.findings import Finding, fix, note, ok, untried
from bot.net.network import Network
from bot.observability.check.codearts import endpoint_of

_HEX = frozenset("0123456789abcdef")
_SECRET_LENGTH = 32
_VENDOR = (".myhuaweicloud.com", ".myhuaweicloud.cn", ".myhuaweicloud.eu")


def settings_themselves(settings: Settings, network: Network) -> Iterator[Finding]:
    """Names, addresses, the region, the proxy and the signing secret."""
    for name, meant in misspelt_settings(Settings):
        yield note("name_misspelt", name=name, meant=meant) if meant else note("name_unknown", name=name)
    yield from (note("set_twice", line=line) for line in set_twice(Settings))
    yield _region(settings)
    yield _way_out(settings, network)
    yield from _addresses(settings)
    yield from _signing_secret(settings)
    yield from _in_vain(settings)


def address_is_wrong(url: str, *, path: bool) -> str | None:
    """A code if nothing should be sent to this address, or None. `path`: whether it may have a path."""
    parts = urlsplit(url)
    if parts.scheme == "http" and not _is_here(parts.hostname or ""):
        return "address_plain"
    return "address_with_path" if parts.path.strip("/") and not path else None


def _addresses(settings: Settings) -> Iterator[Finding]:
    for setting, url, example, path in (
        ("SLACK_API_URL", settings.slack_api_url, SLACK_API_URL, True),
        ("CODEARTS_ENDPOINT", endpoint_of(settings), "https://artifact.<region>.myhuaweicloud.com", False),
    ):
        code = address_is_wrong(url, path=path)
        if code:
            yield fix(code, setting=setting, host=urlsplit(url).hostname, example=example)


def _region(settings: Settings) -> Finding:
    warning = None if settings.endpoint else docker_warning(settings.region)
    return note("region_doubted", region=settings.region) if warning else ok("region", region=settings.region)


def _way_out(settings: Settings, network: Network) -> Finding:
    values = {"trusted": "of SSL_CERT_FILE" if network.ca_file else "of this system"}
    ways = {
        name: network.proxies.for_url(URL(url)) is not None
        for name, url in (("Slack", settings.slack_api_url), ("CodeArts", endpoint_of(settings)))
    }
    by_proxy = " and ".join(name for name, proxied in ways.items() if proxied)
    return ok("way_out_by_proxy", who=by_proxy, **values) if by_proxy else ok("way_out_direct", **values)


def _signing_secret(settings: Settings) -> Iterator[Finding]:
    if settings.slack_signing_secret is None or settings.slack_app_token is not None:
        return
    say = fix if settings.slack_api_url == SLACK_API_URL else note  # what is compatible with Slack may make others
    given = {
        "SLACK_SIGNING_SECRET": settings.slack_signing_secret,
        "SLACK_SIGNING_SECRET_PREVIOUS": settings.previous_signing_secret,
    }
    secrets = {setting: each.get_secret_value() for setting, each in given.items() if each is not None}
    for setting, secret in secrets.items():
        if set(secret) - _HEX:
            yield say("signing_secret_alphabet", setting=setting)
        elif len(secret) != _SECRET_LENGTH:
            yield say("signing_secret_length", setting=setting, length=len(secret))
        elif setting == "SLACK_SIGNING_SECRET":
            yield untried("signing_secret_untried")


def _in_vain(settings: Settings) -> Iterator[Finding]:
    """What has no effect without another setting."""
    approvers = settings.approvers or settings.approver_groups
    if approvers and settings.approval == "never" and "approval" not in settings.model_fields_set:
        yield note("approvers_unused")
    if settings.approval == "outside_policy" and not (
        settings.allowed_users or settings.allowed_groups or settings.allowed_channels
    ):
        yield note("approval_unused")
    if "management_host" in settings.model_fields_set and settings.management_port is None:
        yield note("management_host_unused")
    if settings.name_pattern_help and not settings.name_pattern:
        yield note("name_pattern_unset")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
