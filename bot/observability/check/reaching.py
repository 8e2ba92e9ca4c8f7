"""Why a cloud could not be reached, depending on who chose the address and on the route of the call."""

from yarl import URL

from bot.domain.findings import Finding, fix, wait
from bot.domain.outcomes import Reason
from bot.net.failure_codes import TLS
from bot.net.network import Network
from bot.net.proxies import Proxies

_LASTING = TLS | {Reason.PROXY_REFUSED, Reason.PROXY_FORBIDS, "web_page"}


def not_reached(
    failure: str, *, service: str, setting: str, url: str, chosen: bool, network: Network, **values: object
) -> Finding:
    """`failure`: a code of `net.failure_codes`, or `web_page`. `chosen`: whether `setting` gives the address."""
    address = URL(url)
    kind = _kind(address, chosen, network.proxies)
    proxy = network.proxies.for_url(address)
    wrong_name = failure == Reason.NAME_NOT_FOUND and kind in {"chosen", "proxied"}
    say = fix if failure in _LASTING or wrong_name else wait
    return say(
        failure,
        service=service,
        setting=setting,
        host=address.host or "",
        port=address.port or 0,
        proxy=f"{proxy.host}:{proxy.port}" if proxy else "",
        proxy_setting="HTTP_PROXY" if address.scheme == "http" else "HTTPS_PROXY",
        kind=kind,
        **values,
    )


def _kind(address: URL, chosen: bool, proxies: Proxies) -> str:
    if proxies.for_url(address):
        return "proxied"
    if proxies.excepts(address):
        return "excepted"
    return "chosen" if chosen else "direct"
