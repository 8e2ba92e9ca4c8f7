"""Which certificate authorities are trusted: the system's, or those of one file instead."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import SettingsError
from bot.settings.small_files import require_no_pipe


def trusted(ca_file: str | None) -> ssl.SSLContext:
    """The TLS context for every outgoing call.

    A company that inspects traffic adds its own authority to the system's store; libraries with their own list (certifi) do
    not know it. Raises `SettingsError` when `ca_file` (SSL_CERT_FILE) contains no certificate.
    """
    try:
        if ca_file:
            require_no_pipe(Path(ca_file))
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl.SSLError is one too
        why = "holds no certificate" if isinstance(error, ssl.SSLError) else (error.strerror or "cannot be read")
        raise SettingsError(f"SSL_CERT_FILE: {why}. {_FIX}") from None
    if ca_file and not context.cert_store_stats()["x509"]:
        raise SettingsError(f"SSL_CERT_FILE: holds no certificate. {_FIX}")
    # On by default since Python 3.13. Many companies' authorities do not meet it, and curl does not require it either.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["http/1.1"])
    return context


def nobody_trusted() -> ssl.SSLContext:
    """For a client that uses no https: loading the authorities takes a tenth of the start-up time of a short command."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@contextmanager
def none_loaded() -> Iterator[None]:
    """While it lasts, a context that is made trusts nobody, and is made at once.

    For importing aiohttp: it makes two contexts then that nobody here uses, and reads every authority of the system for
    them, which takes longer than a whole call, and for ever where SSL_CERT_FILE is a pipe.
    """
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR")  # OpenSSL's; the first is a setting of ours too, read later
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, os.devnull))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


_FIX = "Name a file with certificates in PEM format, or unset it to trust the system's certificate authorities."
