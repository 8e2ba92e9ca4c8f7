"""The only way out is the company's proxy, and its authority signs every certificate: the real process, all it calls."""

import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company as people
from bot.playground.slack.server import LocalSlack
from tests.net.misbehaving_server import MisbehavingServer, answer, http_answer
from tests.net.tls import Authority, company_authority, server_tls
from tests.support.bot_process import BotProcess
from tests.support.company import CompanyProxy, tls_fronts
from tests.support.people import ask_for, outcome_of
from tests.support.running import BOT_TOKEN, SIGNING_SECRET, environment_for
from tests.support.terminal import command
from tests.support.waiting import until

SLACK, CLOUD = "slack.corp.test", "artifact.corp.test"  # names that no name server knows
APP_TOKEN = "xapp-1-the-app-token"
PASSWORD = "s3cr@t/of the proxy"
ALLOWED = "http://bot:s3cr%40t%2Fof%20the%20proxy@"

Environment = dict[str, str]


class CompanySlack(LocalSlack):
    """Says of itself, in every address it gives out, what the company calls it."""

    @property
    def base_url(self) -> str:
        return f"https://{SLACK}"

    @property
    def port(self) -> int:
        return self._port


@pytest.fixture
async def slack() -> AsyncIterator[CompanySlack]:
    async with CompanySlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token=APP_TOKEN) as server:
        yield server


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return company_authority(tmp_path_factory.mktemp("authority"), SLACK, CLOUD)


@pytest.fixture
async def fronts(slack: CompanySlack, cloud: LocalCodeArts, authority: Authority) -> AsyncIterator[dict[str, int]]:
    plain = {SLACK: slack.port, CLOUD: int(cloud.base_url.rpartition(":")[2])}
    async with tls_fronts(server_tls(authority.server), plain) as ports:
        yield ports


@pytest.fixture
async def proxy(fronts: dict[str, int]) -> AsyncIterator[CompanyProxy]:
    async with CompanyProxy(fronts, password=PASSWORD) as proxy:
        yield proxy


@pytest.fixture
def environment(slack: CompanySlack, cloud: LocalCodeArts, proxy: CompanyProxy, tmp_path: Path) -> Environment:
    whole = environment_for(slack, cloud, tmp_path / "bot.sqlite3") | {
        "SLACK_APP_TOKEN": APP_TOKEN,
        "CODEARTS_ENDPOINT": f"https://{CLOUD}",
        "CODEARTS_READ_TIMEOUT": "5",
        "HTTPS_PROXY": proxy.url.replace("http://", ALLOWED),
    }
    del whole["SLACK_SIGNING_SECRET"]
    return whole


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which no proxy listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}"


@contextlib.asynccontextmanager
async def running(environment: Environment, folder: Path) -> AsyncIterator[BotProcess]:
    bot = BotProcess(environment, log=folder / "bot.log")
    try:
        await bot.start()
        await bot.listening()
        yield bot
        assert await bot.leave() == 0, bot.last_words()
    finally:
        await bot.kill()


@pytest.mark.parametrize("how", ["SSL_CERT_FILE", "all in .env", "the system's store"])
async def test_slack_its_socket_and_codearts_are_reached_through_the_proxy_and_trusted(
    slack: CompanySlack,
    cloud: LocalCodeArts,
    proxy: CompanyProxy,
    environment: Environment,
    authority: Authority,
    tmp_path: Path,
    how: str,
) -> None:
    match how:
        case "SSL_CERT_FILE":
            environment |= {"SSL_CERT_FILE": str(authority.certificate)}
        case "all in .env":
            proxies = environment.pop("HTTPS_PROXY")
            lines = f"HTTPS_PROXY={proxies}\nSSL_CERT_FILE={authority.certificate}\n"
            (tmp_path / ".env").write_text(lines)
        case _:
            environment |= {"SSL_CERT_DIR": str(authority.store)}  # where OpenSSL looks for the system's store
    async with running(environment, tmp_path) as bot:
        await slack.wait_for(lambda: slack.sockets.count == 1)
        await ask_for(slack, "behind", channel=people.TEAM_SHOP)
        await outcome_of(slack, "behind")
        # Where the bot is no member the form's own address is used: one more kind of call.
        await ask_for(slack, "elsewhere", channel=people.SECRET_PROJECT)
        message = await outcome_of(slack, "elsewhere", channel=people.SECRET_PROJECT)
    assert message.via == "response_url"
    assert {each.display_name for each in cloud.registries} == {"behind", "elsewhere"}
    assert set(proxy.carried) == {f"CONNECT {SLACK}:443", f"CONNECT {CLOUD}:443"}
    assert "s3cr" not in bot.said


async def test_without_that_authority_nothing_is_sent_and_check_says_what_to_do(
    slack: CompanySlack, cloud: LocalCodeArts, environment: Environment, tmp_path: Path
) -> None:
    finished = await command("check", environment=environment, cwd=tmp_path)
    assert finished.code == 78
    assert finished.out.count("is from an authority that this host does not trust") == 2
    assert finished.out.count("name a file with it in SSL_CERT_FILE") == 2
    assert (slack.calls, cloud.calls) == ([], [])


async def test_check_names_the_proxy_where_the_proxy_is_what_is_wrong(
    environment: Environment, authority: Authority, proxy: CompanyProxy, nobody: str, tmp_path: Path
) -> None:
    trusted = environment | {"SSL_CERT_FILE": str(authority.certificate)}
    for wrong, trouble in ((proxy.url, "requires a login"), (nobody, "does not answer")):
        finished = await command("check", environment=trusted | {"HTTPS_PROXY": wrong}, cwd=tmp_path)
        assert finished.out.count(trouble) == 2, finished.out
        assert finished.out.count("HTTPS_PROXY") == 2
    finished = await command("check", environment=trusted, cwd=tmp_path)
    assert finished.code == 0, finished.out


@pytest.mark.parametrize(
    ("says", "trouble", "fix"),
    [
        (http_answer(b"<html>login</html>", status=407), "requires a login for the call to", "Write the user name"),
        (http_answer(b"<html>not this site</html>", status=403), "blocks calls to", "the administrators of the proxy"),
        (http_answer(b"", status=502), "cannot reach", "Ask the administrators of the proxy"),
        (b"<html>no HTTP at all</html>\r\n\r\n", "does not speak HTTP", "Let the proxy"),
    ],
    ids=["407", "403", "502", "HTML alone"],
)
async def test_check_tells_apart_what_a_proxy_says_instead_of_opening_a_tunnel(
    environment: Environment, authority: Authority, tmp_path: Path, says: bytes, trouble: str, fix: str
) -> None:
    async with MisbehavingServer(*[answer(says)] * 20) as proxy:
        through = environment | {"SSL_CERT_FILE": str(authority.certificate), "HTTPS_PROXY": proxy.url}
        finished = await command("check", environment=through, cwd=tmp_path)
    assert finished.code in {75, 78}
    assert finished.out.count(trouble) >= 2, finished.out
    assert finished.out.count(fix) == 2


async def test_a_way_that_nobody_knows_is_told_with_the_settings_that_may_be_missing(
    environment: Environment, authority: Authority, tmp_path: Path
) -> None:
    direct = environment | {"SSL_CERT_FILE": str(authority.certificate), "NO_PROXY": "corp.test"}
    finished = await command("check", environment=direct, cwd=tmp_path)
    assert finished.out.count("no address is known for") == 2, finished.out


async def test_the_terminals_create_takes_the_same_way(
    cloud: LocalCodeArts, proxy: CompanyProxy, environment: Environment, authority: Authority, tmp_path: Path
) -> None:
    trusted = environment | {"SSL_CERT_FILE": str(authority.certificate)}
    finished = await command("create", "by-hand", environment=trusted, cwd=tmp_path)
    assert finished.code == 0, finished.out + finished.err
    assert [each.display_name for each in cloud.registries] == ["by-hand"]
    assert set(proxy.carried) == {f"CONNECT {CLOUD}:443"}


@pytest.mark.parametrize("spelling", ["upper", "lower"])
async def test_what_no_proxy_names_is_called_directly(
    cloud: LocalCodeArts, nobody: str, tmp_path: Path, spelling: str
) -> None:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token=APP_TOKEN) as slack:
        proxies = {"HTTPS_PROXY": nobody, "HTTP_PROXY": nobody, "NO_PROXY": "10.0.0.0/8,127.0.0.0/8"}
        if spelling == "lower":
            proxies = {name.lower(): value for name, value in proxies.items()}
        whole = environment_for(slack, cloud, tmp_path / "bot.sqlite3") | {"SLACK_APP_TOKEN": APP_TOKEN}
        async with running(whole | proxies, tmp_path):
            await slack.wait_for(lambda: slack.sockets.count == 1)
            await ask_for(slack, "direct")
            await outcome_of(slack, "direct")
    assert [each.display_name for each in cloud.registries] == ["direct"]


async def test_no_proxy_for_one_cloud_leaves_the_other_its_proxy(cloud: LocalCodeArts, tmp_path: Path) -> None:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token=APP_TOKEN) as slack:
        slack_host, cloud_host = slack.base_url.removeprefix("http://"), cloud.base_url.removeprefix("http://")
        async with CompanyProxy({}) as proxy:
            whole = environment_for(slack, cloud, tmp_path / "bot.sqlite3") | {
                "SLACK_APP_TOKEN": APP_TOKEN,
                "HTTP_PROXY": proxy.url,
                "NO_PROXY": slack_host,
            }
            async with running(whole, tmp_path):
                await ask_for(slack, "halfway")
                # This proxy passes on an absolute address, which the local cloud does not take for the signed one.
                await until(lambda: bool(proxy.carried), seconds=30)
    assert proxy.carried != []
    assert {each.split("/")[2] for each in proxy.carried} == {cloud_host}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"HTTPS_PROXY": "socks5://proxy.example.com:1080"}, "HTTPS_PROXY"),
        ({"HTTP_PROXY": "http://bot:s3cr#t@proxy.example.com"}, "HTTP_PROXY"),
        ({"SSL_CERT_FILE": "/nowhere/ca.pem"}, "SSL_CERT_FILE"),
    ],
    ids=["socks", "unescaped", "no file"],
)
@pytest.mark.parametrize("what", [("run",), ("check",), ("create", "demo")], ids=lambda what: what[0])
async def test_a_way_out_that_cannot_be_used_is_one_line_at_the_start(
    environment: Environment, tmp_path: Path, changes: Environment, named: str, what: tuple[str, ...]
) -> None:
    finished = await command(*what, environment=environment | changes, cwd=tmp_path)
    assert finished.code == 78
    assert len(finished.err.splitlines()) == 1
    assert named in finished.err
    assert "s3cr" not in finished.err
