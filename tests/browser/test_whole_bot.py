"""The real bot behind the page, by keyboard alone, wide and narrow; in each state axe-core finds nothing serious."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.features.receipts import wording as receipts_wording
from bot.playground.faults import Fault
from bot.playground.playground import BOT_TOKEN, SIGNING_SECRET, Playground
from bot.playground.slack import company
from tests.scenarios.test_buttons import NOTED, ONCE
from tests.support.people import ask_for
from tests.support.running import all_finished, running_bot, settings_for

from .by_keyboard import BACK, alone, arrive, back_to_the_box, become, command, dialog, nothing_serious, tab_to
from .conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

VENDORS_FAULT = Fault.answer(200, {"status": "error", "error_code": "CR.5000", "trace_id": "{trace_id}"})


@pytest_asyncio.fixture(loop_scope="session")
async def company_at_work(playground: Playground, tmp_path: Path) -> AsyncIterator[Playground]:
    """The playground, with the whole bot in it."""
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET}
    settings = settings_for(playground.slack, playground.cloud, tmp_path / "bot.sqlite3", **tokens, **NOTED)
    async with running_bot(settings, playground.slack, policy=ONCE, finished_within=None):
        yield playground


async def test_whatever_is_asked_afterwards(company_at_work: Playground, visit: Visit, width: int) -> None:
    for number in range(10):
        await ask_for(company_at_work.slack, f"shop-{number}")
    await ask_for(company_at_work.slack, "team-shop", description="Images of the web shop")
    await all_finished()
    page = await arrive(visit, company_at_work, width)

    await command(page, "status team-shop")
    await expect(alone(page)).to_contain_text("Ana Lind")
    await nothing_serious(page)
    await tab_to(page, "Receipt of team-shop", key=BACK)
    await page.keyboard.press("Enter")
    receipt = dialog(page, "Receipt")
    await expect(receipt).to_contain_text("Images of the web shop")
    await nothing_serious(page)
    await tab_to(page, "How to push")
    await page.keyboard.press("Enter")
    await expect(dialog(page, "How to push")).to_contain_text("docker push")
    await nothing_serious(page)
    await page.keyboard.press("Escape")
    await expect(receipt).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)

    await back_to_the_box(page)
    await command(page, "list")
    await expect(alone(page)).to_contain_text("shop-1")
    await expect(alone(page)).not_to_contain_text("shop-0")
    await tab_to(page, receipts_wording.MORE, key=BACK)
    await page.keyboard.press("Enter")
    await expect(alone(page)).to_contain_text("shop-0")
    await nothing_serious(page)

    await back_to_the_box(page)
    await command(page, "help")
    await expect(alone(page)).to_contain_text("/create-registry list mine")
    await nothing_serious(page)


async def test_what_did_not_go_well(company_at_work: Playground, visit: Visit, width: int) -> None:
    cloud = company_at_work.cloud
    page = await arrive(visit, company_at_work, width)

    await command(page, "shop")
    await expect(dialog(page, "Create a registry")).to_be_visible()
    await cloud.wait_for(lambda: any(call.operation == "list_all" and call.status for call in cloud.calls))
    cloud.add_registry("shop", created_by="li.wei")  # while the form is open
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Choose another name")).to_be_visible()
    await nothing_serious(page)
    await tab_to(page, "Choose another name", key=BACK)
    await page.keyboard.press("Enter")
    await expect(dialog(page, "Create a registry").get_by_role("textbox").first).to_have_value("shop-2")
    await page.keyboard.press("Enter")
    await expect(ready(page, "shop-2")).to_be_visible()

    await back_to_the_box(page)
    cloud.faults.add("create", VENDORS_FAULT, times=2)
    await command(page, "pay")
    await expect(dialog(page, "Create a registry")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Try again")).to_be_visible()
    await nothing_serious(page)
    await tab_to(page, "Try again", key=BACK)
    await page.keyboard.press("Enter")
    await expect(dialog(page, "Create a registry").get_by_role("textbox").first).to_have_value("pay")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Try again")).to_have_count(2)

    await become(page, "Ben")
    await page.get_by_label("Message", exact=True).focus()
    await tab_to(page, "Try again", key=BACK)
    await page.keyboard.press("Enter")
    await expect(alone(page)).to_contain_text("Ana Lind")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await nothing_serious(page)

    await become(page, "Ana")
    await page.get_by_label("Message", exact=True).focus()
    await tab_to(page, "Try again", key=BACK)
    await page.keyboard.press("Enter")
    await expect(dialog(page, "Create a registry")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(ready(page, "pay")).to_be_visible()
    await expect(page.get_by_role("button", name="Try again")).to_have_count(0)


async def test_what_is_not_confirmed_is_checked(company_at_work: Playground, visit: Visit, width: int) -> None:
    cloud = company_at_work.cloud
    page = await arrive(visit, company_at_work, width)
    await command(page, "lost")
    await expect(dialog(page, "Create a registry")).to_be_visible()
    cloud.faults.add("create", Fault.drop(apply=True))
    cloud.faults.add("list", Fault.answer(503, "down"), times=None)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Check now")).to_be_visible()
    await nothing_serious(page)
    cloud.faults.clear()
    await become(page, "Chiara")
    await page.get_by_label("Message", exact=True).focus()
    await tab_to(page, "Check now", key=BACK)
    await page.keyboard.press("Enter")
    await expect(alone(page)).to_contain_text("lost")
    await expect(ready(page, "lost")).to_be_visible()
    await expect(page.get_by_role("button", name="Check now")).to_have_count(0)
    await nothing_serious(page)


async def test_shortcuts_the_thread_and_the_home(company_at_work: Playground, visit: Visit, width: int) -> None:
    company_at_work.slack.say("We need a place for its images.", user=company.BEN)
    page = await arrive(visit, company_at_work, width)
    await tab_to(page, "More actions", key=BACK)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Create registry")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(dialog(page, "Create a registry")).to_be_visible()
    await page.keyboard.type("team-shop")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="1 reply")).to_be_visible()
    await tab_to(page, "1 reply", key=BACK)
    await page.keyboard.press("Enter")
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread).to_contain_text("team-shop")
    await nothing_serious(page)
    await page.keyboard.press("Escape")

    await page.get_by_label("Message", exact=True).focus()
    await tab_to(page, "Shortcuts", key=BACK)
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(dialog(page, "Create a registry")).to_be_visible()
    await nothing_serious(page)
    await page.keyboard.press("Escape")

    if await page.get_by_role("button", name="Channels and people").is_visible():
        await tab_to(page, "Channels and people", key=BACK)
        await page.keyboard.press("Enter")
    await tab_to(page, "Registry Bot", key=BACK)
    await page.keyboard.press("Enter")
    await expect(page.locator('[data-part="home"]')).to_contain_text("team-shop")
    await nothing_serious(page)
    await tab_to(page, "Receipt")
    await page.keyboard.press("Enter")
    await expect(dialog(page, "Receipt")).to_contain_text("team-shop")
    await nothing_serious(page)


def ready(page: Page, name: str) -> Locator:
    return page.locator("[data-message]:visible").filter(has_text=f"{name} is ready")
