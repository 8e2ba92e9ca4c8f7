"""The address of the database in SQLAlchemy's form, and the part of it that may be shown. Pure."""

import sqlalchemy as sa

from bot.settings.database_url import DatabaseUrl


def for_sqlalchemy(address: DatabaseUrl) -> sa.URL:
    """The same address in SQLAlchemy's form, without naming a driver."""
    if address.kind == "sqlite":
        return sa.URL.create("sqlite", database=address.database)
    # In the query they may be several, and also the folder of a socket.
    hosts = {"host": ",".join(host for host, _ in address.hosts)} if any(host for host, _ in address.hosts) else {}
    ports = {"port": ",".join(str(port or "") for _, port in address.hosts)} if any(p for _, p in address.hosts) else {}
    return sa.URL.create(
        "postgresql",
        username=address.user,
        password=address.password,
        database=address.database or None,
        query={**address.options, **hosts, **ports},
    )


def shown(database: sa.Engine) -> str:
    """The parts that anybody may read: scheme, host and name."""
    return str(DatabaseUrl.parse(database.url.render_as_string(hide_password=False)))
