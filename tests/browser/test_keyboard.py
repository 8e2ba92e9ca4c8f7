"""Everything on the page is done by keyboard alone, wide and narrow, and one always sees where one is."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.playground.playground import Playground
from bot.playground.slack import company

from .by_keyboard import tab_to
from .conftest import Visit
from .samples import CONFIRM, button
from .stand_in_bot import StandInBot
from .test_slack_surfaces import SHORTCUTS, form, row, typed

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", params=[1280, 390], ids=["wide", "narrow"])
async def page(
    request: pytest.FixtureRequest, playground: Playground, bot: StandInBot, visit: Visit
) -> AsyncIterator[Page]:
    """The page at each width; nobody touches a mouse."""
    assert bot.playground is playground
    playground.slack.shortcuts[:] = SHORTCUTS
    yield await visit(playground.page.base_url, width=request.param, height=844)


async def test_a_shortcut_a_form_and_a_confirmed_button_without_a_mouse(page: Page, bot: StandInBot) -> None:
    await tab_to(page, "Shortcuts")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    heard = await bot.hear("shortcut")
    blocks = (typed("name", "Name"), row(button("Start over", "again", confirm=CONFIRM)))
    await bot.call("views.open", trigger_id=heard["trigger_id"], view=form("By hand", *blocks))
    await expect(page.get_by_role("dialog", name="By hand")).to_be_visible()
    await page.keyboard.type("team-shop")
    await tab_to(page, "Start over")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Are you sure?")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Are you sure?")).to_have_count(0)
    await expect(page.get_by_role("button", name="Start over")).to_be_focused()
    await page.keyboard.press("Enter")
    await tab_to(page, "Do it")
    await page.keyboard.press("Enter")
    assert (await bot.hear("block_actions"))["actions"][0]["action_id"] == "again"
    await tab_to(page, "Send")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert bot.submissions()[0]["name"]["typed"]["value"] == "team-shop"


async def test_a_thread_and_a_messages_own_actions_without_a_mouse(
    page: Page, bot: StandInBot, playground: Playground
) -> None:
    said = playground.slack.say("we need one", user=company.BEN)
    await expect(page.locator("[data-message]")).to_have_count(1)
    await tab_to(page, "Reply in thread")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Reply", exact=True)).to_be_focused()
    await page.keyboard.type("indeed")
    await page.keyboard.press("Enter")
    await playground.slack.wait_for(lambda: bool(playground.slack.thread(company.TEAM_SHOP, said.ts)))
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="1 reply")).to_be_visible()
    await tab_to(page, "More actions")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    assert (await bot.hear("message_action"))["message_ts"] == said.ts


async def test_another_person_and_the_home_without_a_mouse(page: Page, bot: StandInBot) -> None:
    narrow = page.viewport_size == {"width": 390, "height": 844}
    if narrow:
        await tab_to(page, "Channels and people", key="Shift+Tab")
        await page.keyboard.press("Enter")
    await page.get_by_role("radio", name="Ana").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("radio", name="Ben")).to_be_checked()
    await tab_to(page, "Registry Bot", key="Shift+Tab")
    await page.keyboard.press("Enter")
    assert (await bot.hear("app_home_opened"))["user"] == company.BEN
    await tab_to(page, "Messages")
    await page.keyboard.press("Enter")
    assert (await bot.hear("app_home_opened"))["tab"] == "messages"


async def test_the_console_without_a_mouse(page: Page, playground: Playground) -> None:
    if page.viewport_size == {"width": 390, "height": 844}:
        await tab_to(page, "Cloud")
        await page.keyboard.press("Enter")
    await tab_to(page, "New registry", key="Tab")
    await page.keyboard.type("team-shop")
    await page.keyboard.press("Enter")
    await playground.cloud.wait_for(lambda: len(playground.cloud.registries) == 1)
    await tab_to(page, "Delete team-shop", key="Shift+Tab")
    await page.keyboard.press("Enter")
    await tab_to(page, "Delete")
    await page.keyboard.press("Enter")
    await playground.cloud.wait_for(lambda: playground.cloud.registries[0].status == "trash")
