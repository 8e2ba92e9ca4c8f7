"""axe-core finds nothing serious in any state of the page, wide and narrow, light and dark."""

from collections.abc import Awaitable, Callable
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from bot.playground.playground import Playground
from bot.playground.slack import company

from . import axe
from .conftest import Visit
from .samples import FORM, MESSAGE, button, mrkdwn, option, plain
from .stand_in_bot import Json, StandInBot
from .test_slack_surfaces import SHORTCUTS

pytestmark = pytest.mark.asyncio(loop_scope="session")

_HOME: Json = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("My registries")},
        {"type": "actions", "elements": [button("Create", "new", style="primary")]},
        {
            "type": "section",
            "text": mrkdwn("*team-shop*\n`registry.example/team-shop`"),
            "accessory": {"type": "overflow", "action_id": "more", "options": [option("show")]},
        },
        {"type": "context", "elements": [mrkdwn("asked by <@U0ANALIND00>")]},
    ],
}


async def _first_visit(page: Page, bot: StandInBot) -> None:
    await expect(page.get_by_role("button", name="Try it: /create-registry")).to_be_visible()


async def _messages(page: Page, bot: StandInBot) -> None:
    first = await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text="x", blocks=MESSAGE)
    await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text="reply", thread_ts=first["ts"])
    await bot.call("chat.postEphemeral", channel=company.TEAM_SHOP, user=company.ANA, text="psst")
    await expect(page.locator("[data-message]:visible")).to_have_count(2)


async def _thread(page: Page, bot: StandInBot) -> None:
    await _messages(page, bot)
    await page.get_by_role("button", name="1 reply").click()
    await expect(page.get_by_role("complementary", name="Thread")).to_be_visible()


async def _menu(page: Page, bot: StandInBot) -> None:
    await page.get_by_role("button", name="Shortcuts").click()
    await expect(page.get_by_role("menu")).to_be_visible()


async def _form_with_errors(page: Page, bot: StandInBot) -> None:
    bot.form, bot.answers = FORM, [{"response_action": "errors", "errors": {"name": "Taken."}}]
    await page.get_by_label("Message", exact=True).fill("/create-registry")
    await page.keyboard.press("Enter")
    await page.get_by_label("Name", exact=True).fill("x")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Taken.")).to_be_visible()


async def _confirm(page: Page, bot: StandInBot) -> None:
    await _messages(page, bot)
    await page.get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("dialog", name="Are you sure?")).to_be_visible()


async def _home(page: Page, bot: StandInBot) -> None:
    await bot.call("views.publish", user_id=company.ANA, view=_HOME)
    if await page.get_by_role("button", name="Channels and people").is_visible():
        await page.get_by_role("button", name="Channels and people").click()
    await page.get_by_role("button", name="Registry Bot").click()
    await expect(page.get_by_role("heading", name="My registries")).to_be_visible()


async def _cloud(page: Page, bot: StandInBot) -> None:
    bot.playground.cloud.add_registry("team-shop", description="Images", created_by="li.wei")
    bot.playground.cloud.add_registry("far-away", elsewhere=True, trace_id="143002-1-1")
    await page.locator("[data-scenario=refuses] input").evaluate("(node) => node.click()")
    if await page.locator('[data-goto="cloud"]').is_visible():
        await page.locator('[data-goto="cloud"]').click()
    await expect(page.locator("[data-registry]")).to_have_count(2)


async def _guide(page: Page, bot: StandInBot) -> None:
    await page.get_by_role("button", name="Things to try").click()
    await expect(page.get_by_role("dialog", name="Things to try")).to_be_visible()


STATES: dict[str, Callable[[Page, StandInBot], Awaitable[None]]] = {
    "first visit": _first_visit,
    "messages": _messages,
    "thread": _thread,
    "shortcuts": _menu,
    "form with errors": _form_with_errors,
    "confirm": _confirm,
    "home": _home,
    "cloud": _cloud,
    "guide": _guide,
}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
@pytest.mark.parametrize("state", STATES)
async def test_nothing_serious_is_found(
    playground: Playground,
    bot: StandInBot,
    visit: Visit,
    state: str,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    axe.needed()
    playground.slack.shortcuts[:] = SHORTCUTS
    page = await visit(playground.page.base_url, width=width, height=844)
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await STATES[state](page, bot)
    assert await axe.grave_problems(page) == []
