"""Why a call failed, in more detail than deciding about a repetition needs, for the operator who has to fix it. Pure."""

import ssl

import aiohttp

from bot.domain.outcomes import Reason
from bot.net.failures import reason_of, root_cause

TLS_EXPIRED, TLS_OTHER_NAME, TLS_NOT_TRUSTED, TLS_NOT_SPOKEN = (
    "tls_expired",
    "tls_other_name",
    "tls_not_trusted",
    "tls_not_spoken",
)
TLS = frozenset({TLS_EXPIRED, TLS_OTHER_NAME, TLS_NOT_TRUSTED, TLS_NOT_SPOKEN})
# X509_V_ERR_… of https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
_EXPIRED, _OTHER_NAMES = frozenset({9, 10}), frozenset({62, 64})


def failure_code(error: BaseException) -> str:
    """A code of `Reason`; instead of `tls_failed`, a code for what is wrong with the certificate or the connection."""
    reason = reason_of(error)
    return _about_tls(root_cause(error)) if reason is Reason.TLS_FAILED else reason


def _about_tls(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        certificate = error.certificate_error
        number = getattr(certificate, "verify_code", 0) if isinstance(certificate, ssl.SSLError) else 62
        if number in _EXPIRED:
            return TLS_EXPIRED
        return TLS_OTHER_NAME if number in _OTHER_NAMES else TLS_NOT_TRUSTED
    return TLS_NOT_SPOKEN
