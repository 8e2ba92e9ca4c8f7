"""A process that does nothing but create registries: with our client, or with the vendor's SDK.

It is started with `ours` or `sdk` and the address of CodeArts, makes one call and says what import and call took. Then
each line names a way of calling and a number, and is answered with what those calls took.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

NAME, DESCRIPTION = "bench-0000001", "Images of the shop's services"
AT_ONCE = 32

Way = Callable[[int], None]


def ours(url: str) -> dict[str, Way]:
    """`bot.codearts.client` on one event loop."""
    import asyncio  # noqa: PLC0415  its import is part of what is measured, here and below

    from bot.codearts.client import CodeArts  # noqa: PLC0415
    from bot.codearts.credentials.key import Key  # noqa: PLC0415
    from bot.codearts.credentials.key_cache import KeyCache  # noqa: PLC0415
    from bot.domain.registry import Created  # noqa: PLC0415

    runner = asyncio.Runner()

    async def build() -> CodeArts:
        keys = KeyCache.of(Key(access_key="AKBENCH", secret_key="benchmarks"))
        return CodeArts(endpoint=url, keys=keys, project_id="p" * 32)

    client = runner.run(build())

    async def call_each(numbers: Any) -> None:
        for _ in numbers:
            assert isinstance(await client.create_registry(name=NAME, description=DESCRIPTION), Created)

    async def call_at_once(number: int) -> None:
        numbers = iter(range(number))
        await asyncio.gather(*(call_each(numbers) for _ in range(AT_ONCE)))

    return {
        "one by one": lambda number: runner.run(call_each(range(number))),
        "at once": lambda number: runner.run(call_at_once(number)),
    }


def sdk(url: str) -> dict[str, Way]:
    """`huaweicloudsdkcodeartsartifact`: its sync client, with 32 threads, and its async one, which has 8 of its own."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    from huaweicloudsdkcodeartsartifact import v2  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
    from huaweicloudsdkcore.auth.credentials import BasicCredentials  # noqa: PLC0415
    from huaweicloudsdkcore.http.http_config import HttpConfig  # noqa: PLC0415

    def build(kind: Any) -> Any:
        # Its default of 10 kept connections would make 22 of 32 threads connect anew for each call.
        config = HttpConfig(pool_maxsize=AT_ONCE)
        credentials = BasicCredentials("AKBENCH", "benchmarks", "p" * 32)
        builder = kind.new_builder().with_credentials(credentials).with_http_config(config)
        return builder.with_endpoints([url]).build()

    client = build(v2.CodeArtsArtifactClient)
    threads = ThreadPoolExecutor(AT_ONCE)

    def request() -> Any:
        body = v2.CreateDockerRepositoryDO(format="docker", display_name=NAME, description=DESCRIPTION, type="Hosted")
        return v2.CreateDockerRepositoriesRequest(body=body)

    def call(_number: int) -> None:
        answer = client.create_docker_repositories(request())
        assert answer.status == "success"

    def call_each(number: int) -> None:
        for each in range(number):
            call(each)

    def call_at_once(number: int) -> None:
        for _ in threads.map(call, range(number)):
            pass

    def call_at_once_its_way(number: int) -> None:
        asynchronous = build(v2.CodeArtsArtifactAsyncClient)
        for future in [asynchronous.create_docker_repositories_async(request()) for _ in range(number)]:
            assert future.result().status == "success"

    return {"one by one": call_each, "at once": call_at_once, "at once, its async client": call_at_once_its_way}


def main() -> None:
    """Answer until the questions end."""
    begun = time.perf_counter()
    ways = {"ours": ours, "sdk": sdk}[sys.argv[1]](sys.argv[2])
    imported = time.perf_counter()
    ways["one by one"](1)
    called = time.perf_counter()
    _say({"import": imported - begun, "first_call": called - imported, "cpu": time.process_time()})
    for question in sys.stdin:
        asked = json.loads(question)
        started, cpu = time.perf_counter(), time.process_time()
        ways[asked["way"]](asked["calls"])
        _say({"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu})


def _say(document: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
