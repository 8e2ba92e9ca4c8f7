"""Which certificate authorities are trusted: the system's, or those of one file instead."""

import ssl

from bot.errors import SettingsError


def trusted(ca_file: str | None) -> ssl.SSLContext:
    """The client's side of TLS, for every call that leaves the process.

    A company that inspects traffic puts its own authority into the system's store; libraries that bring their own list
    (certifi) do not know it. Raises `SettingsError` when `ca_file` (SSL_CERT_FILE) holds no certificate.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl.SSLError is one too
        why = "holds no certificate" if isinstance(error, ssl.SSLError) else (error.strerror or "cannot be read")
        raise SettingsError(f"SSL_CERT_FILE: {why}. {_FIX}") from None
    if ca_file and not context.cert_store_stats()["x509"]:
        raise SettingsError(f"SSL_CERT_FILE: holds no certificate. {_FIX}")
    # On by default since Python 3.13 only. Many companies' authorities lack what it asks for, and curl does not ask either.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["http/1.1"])
    return context


def nobody_trusted() -> ssl.SSLContext:
    """For a client that uses no https: loading the authorities takes a tenth of the start-up time of a short command."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


_FIX = "Name a file with certificates in PEM format, or unset it to trust the system's certificate authorities."
