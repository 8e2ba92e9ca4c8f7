"""Certificates: a self-signed one for 127.0.0.1, and those of a company's own authority."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


def self_signed_certificate(folder: Path) -> Path:
    """A new certificate and its key, in a single file in `folder`."""
    _new_certificate(folder, "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", name="")
    return _with_key(folder, "key.pem", "cert.pem", into="both.pem")


@dataclass(frozen=True, kw_only=True)
class Authority:
    """`certificate` is what has to be trusted, `store` a folder in which OpenSSL finds it, `server` is signed by it."""

    certificate: Path
    store: Path
    server: Path


def company_authority(folder: Path, *names: str) -> Authority:
    """A certificate authority that nobody knows, and a server's certificate for `names` and 127.0.0.1."""
    _new_certificate(folder, "-subj", "/CN=The company", name="ca-")
    alternatives = ",".join(["IP:127.0.0.1", *(f"DNS:{name}" for name in names)])
    signed = ("-CA", "ca-cert.pem", "-CAkey", "ca-key.pem", "-addext", "basicConstraints=critical,CA:FALSE")
    extension = ("-addext", f"subjectAltName={alternatives}")
    _new_certificate(folder, *signed, "-subj", "/CN=a server", *extension, name="server-")
    store = folder / "store"
    store.mkdir()
    digest = _openssl(folder, "x509", "-hash", "-noout", "-in", "ca-cert.pem").strip()
    (store / f"{digest}.0").write_bytes((folder / "ca-cert.pem").read_bytes())
    server = _with_key(folder, "server-key.pem", "server-cert.pem", into="server.pem")
    return Authority(certificate=folder / "ca-cert.pem", store=store, server=server)


def _new_certificate(folder: Path, *arguments: str, name: str) -> None:
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    _openssl(folder, *new, *arguments, "-keyout", f"{name}key.pem", "-out", f"{name}cert.pem")


def _openssl(folder: Path, *arguments: str) -> str:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl program to make a certificate")
    return subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def _with_key(folder: Path, key: str, certificate: str, *, into: str) -> Path:
    both = folder / into
    both.write_bytes((folder / key).read_bytes() + (folder / certificate).read_bytes())
    return both


def server_tls(certificate: Path) -> ssl.SSLContext:
    """The server's side of TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
