"""A chromium for the browser tests, a playground to point it at, and a bot of a few lines behind that."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from bot.playground.playground import Playground

from . import axe
from .stand_in_bot import StandInBot

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 10_000

Visit = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's chromium. Without one the test is skipped, or failed when REQUIRE_BROWSER=1."""
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "no chromium on PATH"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser) -> AsyncIterator[Visit]:
    """Open an address as a new visitor. An exception in any page fails the test."""
    contexts, errors = [], []

    async def open_address(address: str, *, width: int = 1280, height: int = 800, timezone: str | None = None) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            timezone_id=timezone,
            locale="en-GB" if timezone else None,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108 - playwright marks the function
        await page.goto(address)
        await page.locator('.app[data-stream="live"]').wait_for()
        return page

    yield open_address
    for context in contexts:
        await context.close()
    assert errors == []


@pytest_asyncio.fixture(loop_scope="session")
async def playground() -> AsyncIterator[Playground]:
    """A fresh one."""
    async with Playground() as fresh:
        yield fresh


@pytest_asyncio.fixture(loop_scope="session")
async def bot(playground: Playground) -> AsyncIterator[StandInBot]:
    """Behind the playground's commands and forms."""
    async with StandInBot(playground) as stand_in:
        yield stand_in


@pytest_asyncio.fixture(loop_scope="session")
async def page(playground: Playground, bot: StandInBot, visit: Visit) -> Page:
    """The playground's page, 1280 wide, as Ana in #team-shop."""
    assert bot.playground is playground
    return await visit(playground.page.base_url)


@pytest_asyncio.fixture(loop_scope="session", params=[1280, 390], ids=["wide", "narrow"])
async def width(request: pytest.FixtureRequest) -> int:
    axe.needed()
    chosen: int = request.param
    return chosen
