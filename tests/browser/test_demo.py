"""`registry-bot demo` as a visitor meets it: the command in a terminal, the page in a browser, the real bot behind."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from .conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

_SECONDS_TO_SPEAK = 20.0
_SECONDS_TO_LEAVE = 5.0
PATIENCE_MS = 20_000
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


class Demo:
    """A running `python -m bot demo`."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        self.process, self.address = process, address

    def bot_pids(self) -> list[int]:
        """The processes whose parent is the demo."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    async def end(self) -> int:
        """SIGTERM; the exit code, within 5 s."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(_SECONDS_TO_LEAVE):
            return await self.process.wait()


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@asynccontextmanager
async def running_demo(workdir: Path) -> AsyncIterator[Demo]:
    process = await _start("--port", "0", workdir=workdir)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(_SECONDS_TO_SPEAK):
            line = (await process.stdout.readline()).decode()
        found = _ADDRESS.search(line)
        assert found is not None, line
        yield Demo(process, found.group())
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _start(*arguments: str, workdir: Path, search_path: Path | None = None) -> asyncio.subprocess.Process:
    """Start the demo where a hostile `.env` lies, with settings of a real bot around: none of them may count."""
    (workdir / ".env").write_text("SLACK_APP_TOKEN=xapp-of-somebody\nNOTIFY_CHANNELS=C404\n")
    search = [str(Path(__file__).parents[2]), *([str(search_path)] if search_path else [])]
    surroundings = {
        "SLACK_API_URL": "http://127.0.0.1:9/",
        "CODEARTS_ENDPOINT": "http://127.0.0.1:9",
        "PYTHONPATH": os.pathsep.join(search),
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", *arguments),
        cwd=workdir,
        env={**os.environ, **surroundings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _open_form(page: Page) -> Locator:
    await expect(page.locator('[data-part="bot"]')).to_have_attribute("data-bot", "up", timeout=PATIENCE_MS)
    await page.get_by_label("Message", exact=True).fill("/create-registry")
    await page.keyboard.press("Enter")
    form = page.locator('[data-part="form"]')
    await expect(form).to_be_visible()
    return form


async def test_a_visitor_creates_a_registry_and_reads_status_and_trace_id(visit: Visit, tmp_path: Path) -> None:
    async with running_demo(tmp_path) as demo:
        page = await visit(demo.address)
        form = await _open_form(page)
        name = form.get_by_role("textbox").first
        await expect(name).to_be_focused()
        await name.fill("Team Shop!")
        await expect(form).to_contain_text("“Team Shop!” has")  # said while one types
        await page.keyboard.press("Enter")
        await expect(form.locator(".field-error:not([hidden])")).to_have_count(1)
        await expect(name).to_have_attribute("aria-invalid", "true")
        await expect(name).to_have_value("Team Shop!")

        await name.fill("team-shop")
        await page.keyboard.press("Enter")
        await expect(form).to_have_count(0)
        registry = page.locator('[data-registry="team-shop"]')
        await expect(registry).to_be_visible(timeout=PATIENCE_MS)
        trace_id = await registry.locator("[data-trace-id]").get_attribute("data-trace-id")
        assert trace_id
        message = page.locator("[data-message]").filter(has_text=trace_id)
        await expect(message).to_contain_text("success", timeout=PATIENCE_MS, ignore_case=True)
        await expect(message).to_contain_text("team-shop")
        await expect(page.locator("[data-message]:not([data-ephemeral])")).to_have_count(1)


async def test_a_newcomer_gets_from_the_command_to_the_line_that_pushes_an_image(visit: Visit, tmp_path: Path) -> None:
    async with running_demo(tmp_path) as demo:
        page = await visit(demo.address)
        form = await _open_form(page)
        await form.get_by_role("textbox").first.fill("team-shop")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="How to push").click(timeout=PATIENCE_MS)
        address = await page.locator('[data-registry="team-shop"] dd').first.inner_text()
        place = address.strip().removeprefix("https://").rstrip("/")
        await expect(page.get_by_role("dialog", name="How to push")).to_contain_text(
            f"docker push {place}/team-shop:1.0"
        )


async def test_what_somebody_creates_in_the_console_is_taken_once_the_bot_has_read_the_names(
    visit: Visit, tmp_path: Path
) -> None:
    async with running_demo(tmp_path) as demo:
        page = await visit(demo.address)
        await page.get_by_label("New registry").fill("team-shop")
        await page.keyboard.press("Enter")
        await expect(page.locator('[data-registry="team-shop"]')).to_be_visible()
        form = await _open_form(page)
        await expect(page.locator("[data-part=names]")).to_contain_text("The bot last read all names at")
        await form.get_by_role("textbox").first.fill("Team-Shop")
        await page.keyboard.press("Enter")
        await expect(form.locator(".field-error:not([hidden])")).to_have_count(1)
        await page.keyboard.press("Escape")
        await page.get_by_label("New registry").fill("later")
        await page.keyboard.press("Enter")
        await expect(page.locator('[data-registry="later"]')).to_contain_text("The bot has not read this name yet")


async def test_a_refusal_of_the_cloud_reaches_the_channel_with_its_trace_id(visit: Visit, tmp_path: Path) -> None:
    async with running_demo(tmp_path) as demo:
        page = await visit(demo.address)
        await page.locator("[data-scenario=refuses] input").check()
        form = await _open_form(page)
        await form.get_by_role("textbox").first.fill("payments")
        await page.keyboard.press("Enter")
        refused = page.locator('[data-call="create"][data-outcome="bad"]')
        await expect(refused).to_be_visible(timeout=PATIENCE_MS)
        trace_id = await refused.get_attribute("data-call-trace-id")
        assert trace_id
        message = page.locator("[data-message]").filter(has_text=trace_id)
        await expect(message).to_contain_text("error", timeout=PATIENCE_MS, ignore_case=True)
        await expect(page.locator("[data-registry]")).to_have_count(0)


async def test_a_killed_bot_is_started_again_and_finishes_what_it_accepted(visit: Visit, tmp_path: Path) -> None:
    async with running_demo(tmp_path) as demo:
        page = await visit(demo.address)
        await page.locator("[data-scenario=slow] input").check()
        form = await _open_form(page)
        await form.get_by_role("textbox").first.fill("survivor")
        await page.keyboard.press("Enter")
        await expect(form).to_have_count(0)
        await expect(page.locator('[data-call="create"]')).to_be_visible(
            timeout=PATIENCE_MS
        )  # it was sent: it will show
        await page.locator('[data-part="bot-kill"]').click()
        await expect(page.locator('[data-part="bot"]')).to_have_attribute("data-bot", "down")
        await page.locator("[data-scenario=works] input").check()
        await expect(page.locator('[data-part="bot"]')).to_have_attribute("data-bot", "up", timeout=PATIENCE_MS)
        message = page.locator("[data-message]:not([data-ephemeral])").filter(has_text="survivor")
        await expect(message).to_contain_text("success", timeout=30_000, ignore_case=True)
        await expect(page.locator('[data-registry="survivor"]')).to_have_count(1)


async def test_sigterm_ends_everything_in_time_with_code_0(tmp_path: Path) -> None:
    async with running_demo(tmp_path) as demo:
        assert demo.process.stdout is not None
        async with asyncio.timeout(_SECONDS_TO_SPEAK):
            assert b"The bot is up" in await demo.process.stdout.readline()
        pids = demo.bot_pids()
        assert len(pids) == 1
        assert await demo.end() == 0
        assert [pid for pid in pids if _lives(pid)] == []


async def test_a_bot_that_does_not_start_is_quoted_and_ends_the_demo_with_code_1(tmp_path: Path) -> None:
    trap = "import os, sys\nif sys.orig_argv[-1] == 'run':\n    os.write(2, b'no database today\\n')\n    os._exit(3)\n"
    (tmp_path / "sitecustomize.py").write_text(trap)
    process = await _start("--port", "0", workdir=tmp_path, search_path=tmp_path)
    async with asyncio.timeout(_SECONDS_TO_SPEAK):
        _, words = await process.communicate()
    assert process.returncode == 1
    assert words.decode().splitlines() == [
        "The bot did not start (exit code 3). Its last lines:",
        "  | no database today",
    ]


async def test_a_port_that_is_taken_is_one_clear_line_and_code_2(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = await _start("--port", port, workdir=tmp_path)
        _, words = await process.communicate()
    assert process.returncode == 2
    assert words.decode().splitlines() == [
        f"Port {port} cannot be used. Choose another one with --port, or leave it out to take a free one."
    ]
