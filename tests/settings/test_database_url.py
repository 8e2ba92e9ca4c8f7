"""DATABASE_URL: what is read, and that no part of a password is quoted from what cannot be read."""

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.settings.database_url import DatabaseUrl, HostAndPort

READ: dict[str, tuple[str, str | None, str | None, tuple[HostAndPort, ...], str]] = {
    "sqlite:///bot.sqlite3": ("bot.sqlite3", None, None, (), "sqlite:///bot.sqlite3"),
    "sqlite:////data/my bot.sqlite3": ("/data/my bot.sqlite3", None, None, (), "sqlite:////data/my bot.sqlite3"),
    "SQLITE+pysqlite:///x": ("x", None, None, (), "sqlite:///x"),
    "postgresql://h/db": ("db", None, None, (("h", None),), "postgresql://h/db"),
    "postgres://u@h/db": ("db", "u", None, (("h", None),), "postgresql://h/db"),
    "postgresql+psycopg://u:p@h:5/db": ("db", "u", "p", (("h", 5),), "postgresql://h/db"),
    "postgresql://u:p%40%2F%23%3A@h/d%20b": ("d b", "u", "p@/#:", (("h", None),), "postgresql://h/d b"),
    "postgresql://u:p:w@h/db": ("db", "u", "p:w", (("h", None),), "postgresql://h/db"),
    "postgresql://[::1]:5432/db": ("db", None, None, (("::1", 5432),), "postgresql://[::1]/db"),
    "postgresql://u:p@a:1,b:2/db": ("db", "u", "p", (("a", 1), ("b", 2)), "postgresql://a,b/db"),
    "postgresql://u:p@a,b:2/db": ("db", "u", "p", (("a", None), ("b", 2)), "postgresql://a,b/db"),
    "postgresql:///db?host=a,b&port=1,2": ("db", None, None, (("a", 1), ("b", 2)), "postgresql://a,b/db"),
    "postgresql:///db?host=a,b&port=1": ("db", None, None, (("a", 1), ("b", 1)), "postgresql://a,b/db"),
    "postgresql:///db?host=a:1&host=b:2": ("db", None, None, (("a", 1), ("b", 2)), "postgresql://a,b/db"),
    "postgresql:///db?host=::1&port=1": ("db", None, None, (("::1", 1),), "postgresql://[::1]/db"),
    "postgresql:///db?host=::1,[::2]:5": ("db", None, None, (("::1", None), ("::2", 5)), "postgresql://[::1],[::2]/db"),
    "POSTGRESQL://[fe80::1%25eth0]/db": ("db", None, None, (("fe80::1%eth0", None),), "postgresql://[fe80::1%eth0]/db"),
    "postgresql+psycopg://u:100%@h/db": ("db", "u", "100%", (("h", None),), "postgresql://h/db"),
    "postgresql:///db?host=/var/run": ("db", None, None, (("/var/run", None),), "postgresql:///var/run/db"),
    f"postgresql:///db?host=/{'a' * 70}": ("db", None, None, ((f"/{'a' * 70}", None),), f"postgresql:///{'a' * 70}/db"),
    f"postgresql://%2F{'a' * 70}/db": ("db", None, None, ((f"/{'a' * 70}", None),), f"postgresql:///{'a' * 70}/db"),
    "postgresql://%2Fvar%2Frun/db": ("db", None, None, (("/var/run", None),), "postgresql:///var/run/db"),
    "postgresql://h/db?port=7": ("db", None, None, (("h", 7),), "postgresql://h/db"),
    "postgresql:///?dbname=db&user=u&password=p%40": ("db", "u", "p@", (), "postgresql:///db"),
}


@pytest.mark.parametrize("text", READ)
def test_an_address_is_read_in_every_form_of_libpq_and_shown_without_user_port_password_and_options(text: str) -> None:
    url = DatabaseUrl.parse(text)
    assert (url.database, url.user, url.password, url.hosts, str(url)) == READ[text]


def test_the_other_options_are_kept_and_not_shown() -> None:
    url = DatabaseUrl.parse("postgresql://h/db?sslmode=require&application_name=a%20b&sslpassword=secret")
    assert url.options == {"sslmode": "require", "application_name": "a b", "sslpassword": "secret"}
    assert url.secrets == ["secret"]
    assert "secret" not in f"{url} {url!r}"


ESCAPED = "has a character that must be escaped in a password"
UNREADABLE = {
    "nonsense": "is not a database address",
    "": "is not a database address",
    "://hunter22": "is not a database address",
    "host=h dbname=db password=hunter22": "is not a database address",
    "mysql://bot:hunter22@h/bot": "is not a database address. Use sqlite:///file or postgresql://…",
    "hunter22://bot@h/bot": "is not a database address",
    "postgresql://bot:%ffhunter22@h/db": "has a “%” code that is not UTF-8",
    "postgresql://bot:%00hunter22@h/db": "holds %00, which is not a character",
    "postgresql://bot:hunter22@h/%1b[31mdb": "has a hidden character",
    "postgresql://bot:hunter22@h%0a/db": "has a hidden character",
    "postgresql://bot:hunter22@h/db?application_name=%00": "holds %00",
    "postgresql://bot:hunter22@db..internal/db": "has a host that is neither a name nor an address",
    f"postgresql://bot:hunter22@{'a' * 64}.internal/db": "has a host that is neither a name nor an address",
    "sqlite://": "names no file, so nothing would outlive the process",
    "sqlite:///": "names no file",
    "sqlite:///:memory:": "names no file",
    "sqlite:///file:x?mode=memory&uri=true": "names no file",
    "sqlite:///x?timeout=soon": "has options after a “?”",
    "sqlite://data/x": "has two slashes where a file needs three",
    "postgresql://bot:hun@ter22@h/db": ESCAPED,
    "postgresql://bot:hun/ter22@h/db": ESCAPED,
    "postgresql://bot:hun#ter22@h/db": ESCAPED,
    "postgresql://bot:hun[ter22@h/db": ESCAPED,
    "postgresql://bot:[hunter22]@h/db": ESCAPED,
    "postgresql://bot:]hunter22@h/db": ESCAPED,
    "postgresql://bot:1/2hunter22@h/db": ESCAPED,
    "postgresql://bot:hun?ter22@h/db": "has something after a “?” that is not an option",
    "postgresql://bot:1?2=hunter22@h/db": "has something after a “?” that is not an option",
    "postgresql://bot:hunter22/db": "has a port that is not a number",
    "postgresql://bot:pw@h:hunter22/db": "has a port that is not a number",
    "postgresql://bot:pw@h:0/db": "has a port that is not a number",
    "postgresql://bot:pw@h:65536/db": "has a port that is not a number",
    "postgresql://bot:pw@h:-1/db": "has a port that is not a number",
    "postgresql://bot:pw@h:٣/db": "has a port that is not a number",
    "postgresql://bot:pw@a:1,b:hunter22/db": "has a port that is not a number",
    "postgresql://bot:pw@::1/db": "has a port that is not a number",
    "postgresql://bot:pw@[::1/db": "is not a database address",
    "postgresql://bot:pw@h]/db": "is not a database address",
    "postgresql://bot:pw@h": "names no database",
    "postgresql:///db?host=a,b&port=1,2,3": "does not name as many ports as hosts",
    "postgresql:///db?port=hunter22": "has a port that is not a number",
}


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_cannot_be_read_is_told_in_one_line_that_quotes_nothing_of_it(text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        DatabaseUrl.parse(text)
    line = str(refused.value)
    assert line.startswith(f"DATABASE_URL {UNREADABLE[text]}")
    assert "\n" not in line
    assert not [part for part in ("hun", "ter22", "bot:") if part in line]


@given(password=st.text(min_size=1))
def test_any_password_can_be_written_and_is_never_shown(password: str) -> None:
    secret = f"secret{password}"
    text = f"postgresql://bot:{quote(secret, safe='', errors='surrogatepass')}@h/db"
    if re.search("[\0\ud800-\udfff]", secret):
        with pytest.raises(SettingsError) as refused:
            DatabaseUrl.parse(text)
        assert "secret" not in str(refused.value)
        return
    url = DatabaseUrl.parse(text)
    assert url.password == secret
    assert str(url) == "postgresql://h/db"


@given(password=st.text(st.characters(codec="ascii"), min_size=1))
def test_no_password_makes_anything_but_an_address_or_one_line_without_it(password: str) -> None:
    try:
        shown = str(DatabaseUrl.parse(f"postgresql://bot:Secret{password}Terces@h.example/db"))
    except SettingsError as refused:
        shown = str(refused)
    assert "Secret" not in shown
    assert "Terces" not in shown
