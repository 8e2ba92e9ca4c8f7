"""The real bot in a playground of its own, before a browser: where each picture is taken."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, FloatRect, Locator, Page, async_playwright, expect

from bot.playground.bot_process import BotProcess
from bot.playground.playground import Playground
from bot.playground.policies import Policy
from bot.playground.serving import HOST
from bot.playground.slack import company
from tests.browser.conftest import ARGUMENTS
from tests.support.ports import free_port

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 150_000  # bytes

_SECONDS_TO_START = 60.0
_PATIENCE_MS = 120_000  # an answer that was lost is looked for during a minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One fresh company, in which nothing was asked for yet."""

    playground: Playground
    browser: Browser
    page: Page

    @property
    def form(self) -> Locator:
        """The dialog of the app."""
        return self.page.locator('[data-part="form"]')

    async def command(self, typed: str = "") -> None:
        """Type the command."""
        await self.page.get_by_label("Message", exact=True).fill(f"/create-registry {typed}".rstrip())
        await self.page.keyboard.press("Enter")

    async def ask_for(self, name: str, about: str = "") -> None:
        """Open the form, fill it in, send it."""
        await self.command()
        await self.fill_in(name, about)
        await self.form.get_by_role("button", name="Create registry").click()
        await expect(self.form).to_have_count(0)

    async def fill_in(self, name: str, about: str = "") -> None:
        """Type into the open form."""
        await self.form.get_by_role("textbox").first.fill(name)
        await self.form.get_by_role("textbox").nth(1).fill(about)

    async def choose(self, policy: str) -> None:
        """Let a policy of the demo hold."""
        await self.page.get_by_role("radio", name=policy).check()
        await self.playground.page.wait_for(lambda: not self.playground.page.bot_is_up())
        await self.playground.page.wait_for(self.playground.page.bot_is_up, timeout=_SECONDS_TO_START)

    def message(self, words: str) -> Locator:
        """The one message in the channel that says this."""
        return self.page.locator('[data-part="messages"] > [data-message]').filter(has_text=words)

    async def shoot(self, name: str, *what: Locator) -> None:
        """Take a picture of parts of the page that stand together. Raises ValueError when the file would be too large."""
        await self.page.mouse.move(0, 0)
        path = PICTURES / f"{name}.png"
        await self.page.screenshot(path=path, clip=_around([await each.bounding_box() for each in what]))
        _check_size(path)

    async def shoot_all(self, name: str) -> None:
        """Take a picture of the whole page as a new visitor sees it, with the registries beside the chat. Raises as above."""
        path = PICTURES / f"{name}.png"
        page = await self.browser.new_page(viewport={"width": 1080, "height": 640}, locale="en-GB")
        await page.goto(self.playground.page.base_url)
        await page.locator("[data-registry]").first.wait_for()
        await page.locator("#registries-title").evaluate("(node) => node.scrollIntoView()")
        await page.screenshot(path=path)
        await page.close()
        _check_size(path)


def _check_size(path: Path) -> None:
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path.name} has {path.stat().st_size} bytes")


def _around(boxes: list[FloatRect | None]) -> FloatRect:
    seen = [box for box in boxes if box is not None]
    left, top = min(box["x"] for box in seen), min(box["y"] for box in seen)
    right = max(box["x"] + box["width"] for box in seen)
    bottom = max(box["y"] + box["height"] for box in seen)
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


@asynccontextmanager
async def stage(*, height: int = 940, **settings: str) -> AsyncIterator[Stage]:
    """Start everything; `settings` are the bot's own, beside those of the playground."""
    async with AsyncExitStack() as opened:
        playground = await opened.enter_async_context(Playground())
        workdir = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="registry-bot-pictures-")))
        port = free_port()
        bot = BotProcess(playground.bot_environment(os.environ, port=port, workdir=workdir) | settings, workdir=workdir)
        opened.push_async_callback(bot.stop)

        async def follow(policy: Policy) -> None:
            bot.environment = {**bot.environment, **policy.settings}
            await bot.stop()
            playground.page.bot_ended()
            await bot.start()

        await bot.start()
        playground.expect_bot(port)
        playground.page.watch_bot(f"http://{HOST}:{port}/readyz", kill=bot.kill, follow=follow)
        await playground.page.wait_for(playground.page.bot_is_up, timeout=_SECONDS_TO_START)
        browsers = await opened.enter_async_context(async_playwright())
        browser = await browsers.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = await browser.new_page(
            viewport={"width": 1280, "height": height},
            device_scale_factor=1.25,
            reduced_motion="reduce",
            locale="en-GB",
        )
        page.set_default_timeout(_PATIENCE_MS)
        expect.set_options(timeout=_PATIENCE_MS)
        playground.slack.say("Good morning. The new checkout goes live on Monday.", user=company.CHIARA)
        await page.goto(playground.page.base_url)
        await page.locator('.app[data-stream="live"]').wait_for()
        yield Stage(playground=playground, browser=browser, page=page)
