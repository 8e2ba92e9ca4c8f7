"""What an operator does when a call did not get through: the same advice for Slack and for CodeArts."""

from bot.domain.outcomes import Reason

_PATH = (
    "Check the network path to {host}. Where a proxy is the only way out, name it in HTTPS_PROXY; NO_PROXY must not name "
    "this host then."
)
_IN_BETWEEN = (
    "Something on the way answers in place of {host}, such as a proxy that wants a login: let the bot through, or set "
    "HTTPS_PROXY and NO_PROXY so that it takes another way."
)
_FIXES: dict[str, str] = {
    Reason.NAME_NOT_FOUND: _PATH,
    Reason.CONNECTION_REFUSED: _PATH,
    Reason.CONNECT_TIMEOUT: _PATH,
    Reason.NO_ANSWER: _PATH,
    Reason.CONNECTION_BROKE: _PATH,
    Reason.CALL_FAILED: _PATH,
    Reason.TLS_FAILED: (
        "The certificate of {host} is not trusted. Add your company's certificate authority to the system's store, or name "
        "a file with it in SSL_CERT_FILE."
    ),
    Reason.PROXY_UNREACHABLE: (
        "The proxy does not answer. Correct HTTPS_PROXY, or name {host} in NO_PROXY if it is reached without the proxy."
    ),
    Reason.PROXY_REFUSED: (
        "The proxy turned the call away. It must allow {host}; if it wants a user name and a password, HTTPS_PROXY has "
        "them as http://user:password@host:port. Or name {host} in NO_PROXY."
    ),
    Reason.REDIRECTED: _IN_BETWEEN,
    Reason.ANSWER_CUT_OFF: _IN_BETWEEN,
    Reason.ANSWER_NOT_HTTP: _IN_BETWEEN,
    Reason.ANSWER_NOT_DECODED: _IN_BETWEEN,
    Reason.ANSWER_TOO_LARGE: _IN_BETWEEN,
}


def network_fix(code: str, *, host: str) -> str | None:
    """What to do about a call to `host` that ended with `code`; None when the code says nothing about the network."""
    # An HTTP status without a code of Slack's is what a proxy or a portal answers.
    sentence = _IN_BETWEEN if code.startswith("http_") else _FIXES.get(code)
    return sentence.format(host=host) if sentence else None
