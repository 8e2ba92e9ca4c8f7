"""A visitor of the demo chooses who says yes, asks as one person and answers as another: the real bot, started again."""

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from .conftest import Visit
from .test_demo import PATIENCE_MS, running_demo

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVERY, OUTSIDE, NOTHING = "Every request", "All outside #team-shop", "Nothing"


async def bot_is(page: Page, state: str) -> None:
    await expect(page.locator('[data-part="bot"]')).to_have_attribute("data-bot", state, timeout=PATIENCE_MS)


async def choose(page: Page, policy: str) -> None:
    await page.get_by_role("radio", name=policy).check()
    await bot_is(page, "starting")
    await bot_is(page, "up")


async def ask_for(page: Page, name: str) -> None:
    await page.get_by_label("Message", exact=True).fill(f"/create-registry {name}")
    await page.keyboard.press("Enter")
    form = page.locator('[data-part="form"]')
    await form.get_by_role("button", name="Create registry").click()
    await expect(form).to_have_count(0)


def message(page: Page, words: str) -> Locator:
    return page.locator("[data-message]:visible").filter(has_text=words)


async def become(page: Page, name: str) -> None:
    await page.locator(".who-person").filter(has_text=name).click()
    await expect(page.get_by_role("radio", name=name)).to_be_checked()


async def test_what_waits_is_answered_by_another_person_also_after_the_policy_has_changed(
    visit: Visit, tmp_path: Path
) -> None:
    async with running_demo(tmp_path) as demo:
        page = await visit(demo.address)
        await bot_is(page, "up")
        await expect(page.get_by_role("radio", name=NOTHING)).to_be_checked()
        hint = page.locator('[data-part="policy-hint"]')
        await expect(hint).to_be_hidden()
        await choose(page, EVERY)
        await expect(hint).to_contain_text("become Ben or Chiara")
        await ask_for(page, "team-shop")
        await expect(message(page, "is waiting for approval")).to_be_visible(timeout=PATIENCE_MS)

        await choose(page, NOTHING)
        await expect(hint).to_be_hidden()
        await ask_for(page, "payments")
        await expect(message(page, "payments is ready")).to_be_visible(timeout=PATIENCE_MS)
        await expect(page.locator('[data-registry="team-shop"]')).to_have_count(0)

        await become(page, "Chiara")
        platform = page.get_by_role("button", name="platform")
        await expect(platform).to_have_attribute("data-unread", "")
        await platform.click()
        await expect(message(page, "Why you are asked")).to_contain_text("@platform-team")
        await page.get_by_role("button", name="Approve").click()
        await expect(message(page, "Approved by @Chiara Rossi")).to_be_visible(timeout=PATIENCE_MS)
        await expect(page.locator('[data-registry="team-shop"]')).to_be_visible(timeout=PATIENCE_MS)


async def test_a_visitor_who_changes_their_mind_at_once_keeps_the_last_choice(visit: Visit, tmp_path: Path) -> None:
    async with running_demo(tmp_path) as demo:
        page = await visit(demo.address)
        for policy in (EVERY, NOTHING, OUTSIDE, NOTHING, EVERY):  # the bot is not even up the first time
            await page.get_by_role("radio", name=policy).check()
        await bot_is(page, "up")
        await ask_for(page, "team-shop")
        await expect(message(page, "is waiting for approval")).to_be_visible(timeout=PATIENCE_MS)
        assert demo.process.returncode is None
        assert len(demo.bot_pids()) == 1
