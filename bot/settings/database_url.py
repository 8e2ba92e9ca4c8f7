"""Parses DATABASE_URL strictly: a wrong guess would end in an error that quotes a part of the password. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote

from bot.errors import SettingsError
from bot.settings.values import is_one_line

HostAndPort = tuple[str, int | None]

_USE = "Use sqlite:///file or postgresql://…"
_SCHEME = re.compile(r"([a-z][a-z0-9]*)(?:\+[a-z0-9_]+)?", re.IGNORECASE)
_SECRET_OPTIONS = ("password", "sslpassword")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseUrl:
    """`sqlite:///file`, or `postgresql://…` in any form of libpq, several hosts included.

    `database` is the file or the name of the database. `options` are libpq's. As text it is scheme, hosts and database, and
    nothing else of the URL. https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
    """

    kind: Literal["sqlite", "postgresql"]
    database: str
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    hosts: tuple[HostAndPort, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def parse(cls, text: str) -> "DatabaseUrl":
        """Raises `SettingsError`: one line that quotes nothing of a URL that cannot be read."""
        scheme, separator, rest = text.partition("://")
        known = _SCHEME.fullmatch(scheme)
        if not separator or known is None:
            raise _wrong(f"is not a database address. {_USE}")
        match known[1].lower():
            case "sqlite":
                return cls(kind="sqlite", database=_file(rest))
            case "postgres" | "postgresql":
                return _postgresql(rest)
            case _:
                raise _wrong(f"is not a database address. {_USE}")

    def __str__(self) -> str:
        where = ",".join(f"[{host}]" if ":" in host else host for host, _ in self.hosts)
        return f"{self.kind}://{where}/{self.database}"

    @property
    def secrets(self) -> list[str]:
        """What must not be shown."""
        return [secret for secret in (self.password, *map(self.options.get, _SECRET_OPTIONS)) if secret]


def _file(rest: str) -> str:
    if rest and not rest.startswith("/"):
        raise _wrong("has two slashes where a file needs three. Use sqlite:///file, or sqlite:////folder/file.")
    file = rest[1:]
    if file in {"", ":memory:"} or file.startswith("file:"):
        raise _wrong("names no file, so nothing would outlive the process. Use sqlite:///file.")
    if "?" in file:
        raise _wrong("has options after a “?”, which do not apply to a file. Use sqlite:///file.")
    return file


def _postgresql(rest: str) -> DatabaseUrl:
    address, _, query = rest.partition("?")
    authority, _, path = address.partition("/")
    userinfo, _, where = authority.rpartition("@")
    if "#" in rest or "@" in userinfo + path or not {"[", "]"}.isdisjoint(userinfo):
        raise _wrong(
            "has a character that must be escaped in a password: write %40 for @, %2F for /, %23 for #, "
            "%3F for ?, %5B for [ and %5D for ]."
        )
    user, _, password = userinfo.partition(":")
    options = _options(query)
    hosts = _hosts(where, options)
    database = options.pop("dbname", [_decoded(path)])[-1]
    if not all(map(is_one_line, (database, *(host for host, _ in hosts)))):
        raise _wrong("has a hidden character in the name of the host or the database.")
    if "/" in database:
        raise _wrong(f"is not a database address. {_USE}")
    if not database:
        raise _wrong("names no database. Use postgresql://user@host/database.")
    single = {name: values[-1] for name, values in options.items()}
    return DatabaseUrl(
        kind="postgresql",
        database=database,
        user=single.pop("user", _decoded(user)) or None,
        password=single.pop("password", _decoded(password)) or None,
        hosts=hosts,
        options=single,
    )


def _options(query: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in filter(None, query.split("&")):
        name, separator, value = part.partition("=")
        if not separator or re.fullmatch(r"[a-z_]+", name) is None:
            raise _wrong("has something after a “?” that is not an option; in a password write %3F for ?.")
        found.setdefault(name, []).append(_decoded(value))
    return found


def _hosts(where: str, options: dict[str, list[str]]) -> tuple[HostAndPort, ...]:
    """The hosts in the address, in the options `host=a,b` and `port=1,2`, or in SQLAlchemy's `host=a:1&host=b:2`."""
    in_options = options.pop("host", None)
    given = ([where] if where else []) if in_options is None else in_options
    named = [host for value in given for host in value.split(",")]
    ports = [port for value in options.pop("port", []) for port in value.split(",")]
    hosts = tuple((host, None) if in_options and _is_whole(host) else _host(host) for host in named)
    if not ports:
        return hosts
    hosts = hosts or (("", None),)
    if len(ports) not in {1, len(hosts)}:
        raise _wrong("does not name as many ports as hosts.")
    of_each = ports * len(hosts) if len(ports) == 1 else ports
    return tuple((host, _port(port)) for (host, _), port in zip(hosts, of_each, strict=True))


def _host(text: str) -> HostAndPort:
    in_brackets = re.fullmatch(r"\[([0-9A-Fa-f:.%a-z]+)\](?::(.*))?", text)
    host, port = in_brackets.groups() if in_brackets else text.partition(":")[::2]
    if in_brackets is None and not {"[", "]", " "}.isdisjoint(host):
        raise _wrong(f"is not a database address. {_USE}")
    return _known_to_dns(_decoded(host)), _port(port)


def _is_whole(host: str) -> bool:
    """Whether an option can only be a host without a port: the folder of a socket, or an IPv6 address."""
    return host.startswith("/") or (host.count(":") > 1 and "[" not in host and "]" not in host)


def _known_to_dns(host: str) -> str:
    """Raises `SettingsError` for a name with an empty or too long label, on which psycopg fails."""
    try:
        if not host.startswith("/"):
            host.encode("idna")
    except UnicodeError:
        raise _wrong("has a host that is neither a name nor an address.") from None
    return host


def _decoded(text: str) -> str:
    try:
        plain = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise _wrong("has a “%” code that is not UTF-8.") from None
    if "\0" in plain:
        raise _wrong("holds %00, which is not a character.")
    return plain


def _port(text: str | None) -> int | None:
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,5}", text) is None or not 0 < int(text) < 65536:
        raise _wrong("has a port that is not a number from 1 to 65535; in a password write %3A for a colon.")
    return int(text)


def _wrong(what: str) -> SettingsError:
    return SettingsError(f"DATABASE_URL {what}")
