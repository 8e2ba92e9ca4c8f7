"""How much of an answer is read, with real servers: a few kilobytes that unpack to gigabytes cost next to nothing."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from bot.net.bodies import LARGEST_ANSWER, AnswerNotDecoded, AnswerTooLarge, unpacked
from bot.net.network import Network
from tests.net.misbehaving_server import MisbehavingServer, answer, http_answer

MEMORY_MAX = 32 * LARGEST_ANSWER


def gzipped(body: bytes) -> bytes:
    """The same bytes at any time: they stand in the names of tests."""
    return gzip.compress(body, mtime=0)


def bomb(megabytes: int, *, window: int = 31) -> bytes:
    """Zeros, compressed once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    parts = [packer.compress(bytes(1024 * 1024)) for _ in range(megabytes)]
    return b"".join([*parts, packer.flush()])


@pytest.fixture(scope="module")
def once() -> bytes:
    return bomb(512)


@pytest.fixture(scope="module")
def twice(once: bytes) -> bytes:
    return gzipped(once)


@pytest.fixture
def memory() -> Iterator[None]:
    """Fails the test where more is taken than a generous bound."""
    tracemalloc.start()
    yield
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MEMORY_MAX


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("", b"words"),
        ("identity", b"words"),
        ("gzip", gzipped(b"words")),
        ("X-GZIP", gzipped(b"words")),
        (" gzip , identity ", gzipped(b"words")),
        ("deflate", zlib.compress(b"words")),
        ("deflate", raw_deflate(b"words")),
        ("gzip, gzip", gzipped(gzipped(b"words"))),
        ("deflate, gzip", gzipped(zlib.compress(b"words"))),
    ],
    ids=["none", "identity", "gzip", "another name", "blanks", "zlib", "raw deflate", "twice", "two kinds"],
)
def test_what_somebody_on_the_way_compressed_is_unpacked(encoding: str, packed: bytes) -> None:
    assert unpacked(packed, encoding) == b"words"


def test_an_answer_without_a_body_has_nothing_to_unpack() -> None:
    assert unpacked(b"", "gzip") == b""


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"words"),
        ("gzip", gzipped(b"words")[:-3]),
        ("gzip", gzipped(b"words") + b"and more"),
        ("deflate", b"words"),
        ("br", b"words"),
        ("zstd", b"words"),
        ("gzip, gzip", gzipped(b"words")),
        ("gzip, gzip, gzip", gzipped(gzipped(gzipped(b"words")))),
        (",".join(["gzip"] * 1500), gzipped(b"words")),
    ],
    ids=["plain", "cut off", "with more behind", "plain again", "br", "zstd", "once for twice", "thrice", "1500 times"],
)
def test_what_is_not_packed_as_it_says_is_not_decoded(encoding: str, body: bytes) -> None:
    with pytest.raises(AnswerNotDecoded):
        unpacked(body, encoding)


def test_an_answer_as_large_as_allowed_is_taken_and_one_byte_more_is_not() -> None:
    assert len(unpacked(gzipped(b"x" * LARGEST_ANSWER), "gzip")) == LARGEST_ANSWER
    with pytest.raises(AnswerTooLarge):
        unpacked(gzipped(b"x" * (LARGEST_ANSWER + 1)), "gzip")


def test_a_bomb_costs_little(once: bytes, twice: bytes, memory: None) -> None:
    for body, encoding in ((once, "gzip"), (twice, "gzip, gzip"), (twice, "gzip,gzip")):
        with pytest.raises(AnswerTooLarge):
            unpacked(body, encoding)


async def test_a_session_reads_no_more_than_that_whichever_way_it_comes(once: bytes, memory: None) -> None:
    too_large = [
        http_answer(once, headers={"Content-Encoding": "gzip"}),
        http_answer(bomb(512, window=15), headers={"Content-Encoding": "deflate"}),
        http_answer(b"x" * (LARGEST_ANSWER + 1)),
    ]
    async with Network().session() as session:
        for each in too_large:
            async with MisbehavingServer(answer(each)) as server, session.get(server.url) as response:
                with pytest.raises(AnswerTooLarge):
                    await response.text()


async def test_a_session_reads_what_is_not_too_large(once: bytes) -> None:
    whole = http_answer(gzipped(b'{"ok": true}' + b" " * 1000), headers={"Content-Encoding": "gzip"})
    async with (
        MisbehavingServer(answer(whole)) as server,
        Network().session() as session,
        session.get(server.url) as response,
    ):
        assert (await response.text()).strip() == '{"ok": true}'
        assert await response.read() == await response.read()
