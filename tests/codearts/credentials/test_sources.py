"""The services that issue keys, answering well and in every other way."""

import asyncio
from pathlib import Path

import pytest

from bot.codearts.client import CodeArts
from bot.codearts.credentials.ecs import EcsKey
from bot.codearts.credentials.key import NoKey, Source
from bot.codearts.credentials.key_cache import KeyCache
from bot.codearts.credentials.oidc import OidcKey, sts_of
from bot.domain.outcomes import Reason
from bot.domain.registry import Created
from bot.errors import NoCredentials
from bot.net.network import Network
from bot.net.proxies import Proxies
from bot.playground.codearts.key_givers import LocalKeyGivers
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.redaction import redactor
from tests.codearts.credentials.conftest import AGENCY, PROVIDER
from tests.support.ports import free_port

# What each asks last, for the key itself.
LAST = {"ecs": "metadata_key", "oidc": "assume", "identity_provider": "iam_key"}


async def refusal(source: Source) -> NoCredentials:
    with pytest.raises(NoCredentials) as refused:
        await source.fetch()
    return refused.value


async def test_a_key_that_is_given_out_is_accepted_until_it_ends(
    source: Source, givers: LocalKeyGivers, cloud: LocalCodeArts
) -> None:
    keys = KeyCache(source)
    async with CodeArts(endpoint=cloud.base_url, keys=keys) as codearts:
        assert isinstance(await codearts.create_registry(name="demo", description=None), Created)
        key = await keys.current()
    assert key.expires is not None
    assert abs(key.expires - cloud.clock() - givers.life) < 60
    assert not [secret for secret in key.secrets if secret in repr(key)]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.drop(), Reason.CONNECTION_BROKE),
        (Fault.truncate(), Reason.ANSWER_CUT_OFF),
        (Fault.garbage(), Reason.ANSWER_NOT_HTTP),
        (Fault.answer(302, "", {"Location": "http://127.0.0.1:9/"}), NoKey.UNREADABLE),
        (Fault.answer(403, {"error_code": "PAP5.0029", "error_msg": "not you"}), NoKey.REFUSED),
        (Fault.answer(429, {}), NoKey.BUSY),
        (Fault.answer(500, "<html>"), NoKey.BUSY),
        (Fault.answer(200, "<html>Welcome</html>"), NoKey.UNREADABLE),
        (Fault.answer(200, b"\xff\xfe"), NoKey.UNREADABLE),
        (Fault.answer(200, "[" * 100_000), NoKey.UNREADABLE),
        (Fault.answer(200, {"credential": {"access": "AK", "secret": "SK"}}), NoKey.UNREADABLE),
        (Fault.answer(200, {"status": "error", "error_code": "IAM.0011", "error_msg": "no"}), NoKey.UNREADABLE),
        (Fault.answer(200, b"x" * 2_000_000), Reason.ANSWER_TOO_LARGE),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_whatever_else_comes_back_is_no_key_and_says_why(
    source: Source, givers: LocalKeyGivers, fault: Fault, code: str
) -> None:
    givers.faults.add(LAST[source.way], fault, times=None)
    assert (await refusal(source)).code == code
    givers.faults.clear()
    await source.fetch()  # and the next one is well


async def test_one_that_does_not_answer_is_given_up(source: Source, givers: LocalKeyGivers) -> None:
    givers.faults.add(LAST[source.way], Fault.hang())
    assert (await refusal(source)).code == Reason.NO_ANSWER


async def test_one_that_is_not_there_is_told(source: Source, givers: LocalKeyGivers) -> None:
    await givers.stop()
    assert (await refusal(source)).code == Reason.CONNECTION_REFUSED


async def test_words_that_echo_the_token_are_told_without_it(token_file: Path, givers: LocalKeyGivers) -> None:
    source = OidcKey(
        url=givers.base_url, network=Network(), provider=PROVIDER, agency=AGENCY, id_token_file=str(token_file)
    )
    echo = {"error_code": "STS.1", "error_msg": f"bad token {givers.id_token}"}
    givers.faults.add("assume", Fault.answer(403, echo))
    refused = await refusal(source)
    await source.aclose()
    assert (refused.said, refused.message) == ("STS.1", "bad token [removed]")
    assert givers.id_token not in redactor()(f"as the log would have it: {givers.id_token}")


def write(path: Path, content: bytes | None) -> None:
    """None: there is no such file."""
    path.unlink()
    if content is not None:
        path.write_bytes(content)


async def test_the_token_is_read_anew_each_time(source: Source, givers: LocalKeyGivers, token_file: Path) -> None:
    await source.fetch()
    givers.id_token = "the.second.id-token"
    write(token_file, b"the.second.id-token")
    await source.fetch()


@pytest.mark.parametrize("content", [None, b"", b" \n", b"two words", b"\xff\xfe", b"x\0y"])
async def test_a_token_that_cannot_be_read_is_told_with_its_file(
    givers: LocalKeyGivers, token_file: Path, content: bytes | None
) -> None:
    write(token_file, content)
    source = OidcKey(
        url=givers.base_url, network=Network(), provider=PROVIDER, agency=AGENCY, id_token_file=str(token_file)
    )
    refused = await refusal(source)
    await source.aclose()
    assert (refused.code, refused.where) == (NoKey.FILE_UNREADABLE, str(token_file))
    assert givers.calls == []


async def test_the_metadata_service_is_asked_directly_whatever_proxy_there_is(givers: LocalKeyGivers) -> None:
    proxied = Network(proxies=Proxies(http=f"http://127.0.0.1:{free_port()}"))
    assert proxied.uses_tls("http://169.254.169.254") is False
    source = EcsKey()
    await source.fetch()
    await source.aclose()
    assert [call.operation for call in givers.calls] == ["metadata_token", "metadata_key"]


@pytest.mark.parametrize("status", [404, 405, 503])
async def test_an_older_metadata_service_knows_no_tokens(givers: LocalKeyGivers, status: int) -> None:
    givers.faults.add("metadata_token", Fault.answer(status, "no such page"))
    given = {"access": "AK", "secret": "SK", "securitytoken": "T", "expires_at": "2126-01-08T02:56:19.587000Z"}
    givers.faults.add("metadata_key", Fault.answer(200, {"credential": given}))
    source = EcsKey()
    assert (await source.fetch()).access_key == "AK"
    await source.aclose()
    assert "X-Metadata-Token" not in givers.calls[-1].headers


async def test_an_ecs_without_an_agency_is_told(givers: LocalKeyGivers) -> None:
    givers.faults.add("metadata_key", Fault.answer(404, "Please configure Cloud Service Agency first"))
    source = EcsKey()
    assert (await refusal(source)).code == NoKey.NO_AGENCY
    await source.aclose()


def test_a_region_without_an_sts_of_its_own_has_that_of_cn_north_4() -> None:
    assert sts_of("ap-southeast-3") == "https://sts.ap-southeast-3.myhuaweicloud.com"
    assert sts_of("me-east-1") == "https://sts.cn-north-4.myhuaweicloud.com"


async def test_many_who_need_a_key_at_once_ask_for_it_once(givers: LocalKeyGivers, source: Source) -> None:
    givers.faults.add(LAST[source.way], Fault.slow(0.1))
    cache = KeyCache(source)
    keys = await asyncio.gather(*(cache.current() for _ in range(20)))
    await cache.aclose()
    assert len({key.access_key for key in keys}) == 1
    assert sum(call.operation == LAST[source.way] for call in givers.calls) == 1
