"""What the failure of an HTTP call means, whichever client made it. Pure.

Whether a request was sent decides whether it may be repeated (docs/design.md). httpx-aiohttp 0.2.0 gives a connection reset
after sending and a refused connection the same class, so the class of httpx is never used: what counts is the aiohttp error
that it wraps, which slack_sdk raises unwrapped.
"""

import asyncio
import socket
from http import HTTPStatus

import aiohttp

from bot.domain.outcomes import Reason
from bot.net.bodies import AnswerNotDecoded, AnswerTooLarge
from bot.net.network import Redirected

# aiohttp raises these only while it connects: name resolution, refusal, TLS (all ClientConnectorError), no connection in
# time (also no free one), a proxy that does not open the tunnel. ServerTimeoutError and ClientOSError are their parents
# and do not belong here: both are also raised after the request has gone out.
_WHILE_CONNECTING = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    socket.gaierror,
)


def never_sent(error: BaseException) -> bool:
    """Whether it is certain that no byte of the request reached the server. Unknown errors count as sent."""
    return isinstance(root_cause(error), _WHILE_CONNECTING)


def reason_of(error: BaseException) -> Reason:
    """Why the call failed, as a code. Do not log the error itself: aiohttp's `repr` contains request headers."""
    root = root_cause(error)
    if isinstance(root, aiohttp.ClientHttpProxyError):
        return _of_proxy(root.status)
    return next((reason for kind, reason in _REASONS if isinstance(root, kind)), Reason.CALL_FAILED)


def root_cause(error: BaseException) -> BaseException:
    """The first error of aiohttp that `error` wraps, else `error` itself.

    Follows `__cause__`, not `__context__`: that also names whatever error the caller was handling when it made this call,
    such as the refused connection of the attempt before.
    """
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, aiohttp.ClientError):
        seen = seen.__cause__
    return error if seen is None else seen


def _of_proxy(status: int) -> Reason:
    """The answer of a proxy that refuses a tunnel (RFC 9110 section 9.3.6)."""
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return Reason.PROXY_REFUSED
    return Reason.PROXY_NO_WAY if status // 100 == 5 else Reason.PROXY_FORBIDS


# First that fits, so children stand before their parents.
_REASONS: tuple[tuple[type[BaseException], Reason], ...] = (
    (aiohttp.ClientConnectorDNSError, Reason.NAME_NOT_FOUND),
    (socket.gaierror, Reason.NAME_NOT_FOUND),
    (aiohttp.ClientSSLError, Reason.TLS_FAILED),
    (aiohttp.ClientProxyConnectionError, Reason.PROXY_UNREACHABLE),
    (aiohttp.ClientConnectorError, Reason.CONNECTION_REFUSED),
    (aiohttp.ConnectionTimeoutError, Reason.CONNECT_TIMEOUT),
    (asyncio.TimeoutError, Reason.NO_ANSWER),
    (Redirected, Reason.REDIRECTED),
    (AnswerTooLarge, Reason.ANSWER_TOO_LARGE),
    (AnswerNotDecoded, Reason.ANSWER_NOT_DECODED),
    (aiohttp.ClientPayloadError, Reason.ANSWER_CUT_OFF),
    (aiohttp.ClientResponseError, Reason.ANSWER_NOT_HTTP),
    (aiohttp.ClientConnectionError, Reason.CONNECTION_BROKE),
)
