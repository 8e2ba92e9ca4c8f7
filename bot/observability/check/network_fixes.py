"""What an operator has to do when a call to Slack or CodeArts did not get through, depending on its route.

A route is `chosen` (a setting gives the address), `direct` (to the vendor's own), `proxied`, or `excepted` (by NO_PROXY).
"""

from bot.domain.outcomes import Reason

_NO_DIRECT_WAY = (
    "This host has no direct route there: name the company's proxy in {proxy_setting} (http://proxy.example.com:3128), or "
    "open the firewall to {host}:{port}."
)
_IN_BETWEEN = (
    "Something on the way answers in place of {host}, such as a portal that requires a login: let the bot through, or name "
    "the company's proxy in {proxy_setting}."
)
_PROXY = "Let the proxy {proxy} through to {host}:{port}."
_EXCEPTED = "Take {host} out of NO_PROXY, so that it is called through the proxy of {proxy_setting}."
_WRONG_PLACE = "Correct {setting}: that is not where {service} is."
_AUTHORITY = "Add your company's certificate authority to the system's store, or name a file with it in SSL_CERT_FILE."
_UNREACHABLE = frozenset(
    {
        Reason.NAME_NOT_FOUND,
        Reason.CONNECTION_REFUSED,
        Reason.CONNECT_TIMEOUT,
        Reason.NO_ANSWER,
        Reason.CONNECTION_BROKE,
        Reason.CALL_FAILED,
    }
)
# (code, route) → what to do; `any` route.
_REACH = {
    (Reason.NAME_NOT_FOUND, "chosen"): "Correct the host in {setting}.",
    (Reason.NAME_NOT_FOUND, "proxied"): "Correct the host of the proxy in {proxy_setting}.",
    (Reason.CONNECTION_REFUSED, "chosen"): "Correct the host or the port in {setting}.",
    (Reason.CONNECT_TIMEOUT, "chosen"): "Correct the host in {setting}, or open the firewall to {host}:{port}.",
    (Reason.NO_ANSWER, "chosen"): _WRONG_PLACE,
    (
        Reason.PROXY_UNREACHABLE,
        "proxied",
    ): "Correct {proxy_setting}, or name {host} in NO_PROXY if it is reached without the proxy.",
    (Reason.PROXY_REFUSED, "proxied"): (
        "Write the user name and the password that it requires into {proxy_setting}, as http://user:password@host:port."
    ),
    (Reason.PROXY_FORBIDS, "proxied"): "Ask the administrators of the proxy to allow {host}:{port}.",
    (Reason.PROXY_NO_WAY, "proxied"): "Ask the administrators of the proxy why it cannot reach {host}:{port}.",
    ("tls_expired", "any"): "Have the certificate of {host} renewed, or set the clock of this host if it is wrong.",
    ("tls_other_name", "chosen"): "Write into {setting} the host that the certificate is for.",
    ("tls_not_trusted", "any"): _AUTHORITY,
    ("tls_not_spoken", "chosen"): "Correct the port in {setting}.",
}


def fix_for_route(code: str, route: str) -> str:
    """What to do about a call that took this route and failed with `code`."""
    found = _REACH.get((code, route)) or _REACH.get((code, "any"))
    if found:
        return found
    if route == "proxied":
        return _PROXY
    if code in _UNREACHABLE:
        return _EXCEPTED if route == "excepted" else _NO_DIRECT_WAY
    return _WRONG_PLACE if route == "chosen" else _IN_BETWEEN
