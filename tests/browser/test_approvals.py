"""One person asks and another one answers: the real bot behind the page, by keyboard alone, wide and narrow, with axe-core."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from bot.features.create_registry import form_wording
from bot.playground.playground import BOT_TOKEN, SIGNING_SECRET, Playground
from bot.playground.policies import APPROVERS, POLICIES
from tests.support.running import running_bot, settings_for

from .by_keyboard import BACK, alone, arrive, become, command, dialog, go_to, nothing_serious, tab_to
from .conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

With = Callable[[str], AbstractAsyncContextManager[None]]


@pytest.fixture
def bot_with(playground: Playground, tmp_path: Path) -> With:
    """The whole bot, with one of the demo's policies."""

    @asynccontextmanager
    async def run(policy: str) -> AsyncIterator[None]:
        chosen = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            **APPROVERS,
            **POLICIES[policy].settings,
        }
        settings = settings_for(playground.slack, playground.cloud, tmp_path / "bot.sqlite3", **chosen)
        async with running_bot(settings, playground.slack, finished_within=None):
            yield

    return run


def message(page: Page, words: str) -> Locator:
    return page.locator("[data-message]:visible").filter(has_text=words)


async def press(page: Page, button: str) -> None:
    """A button of the newest message that has one, from the message box."""
    await page.get_by_label("Message", exact=True).focus()
    await tab_to(page, button, key=BACK)
    await page.keyboard.press("Enter")


async def ask(page: Page, name: str) -> None:
    await command(page, name)
    await expect(dialog(page, "Create a registry")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def to_platform_as(page: Page, name: str) -> None:
    await become(page, name)
    await page.get_by_label("Message", exact=True).focus()
    await go_to(page, "platform")


async def test_one_asks_and_another_one_approves(
    playground: Playground, bot_with: With, visit: Visit, width: int
) -> None:
    async with bot_with("always"):
        page = await arrive(visit, playground, width)
        await ask(page, "team-shop")
        await expect(message(page, "is waiting for approval")).to_be_visible()
        await nothing_serious(page)

        await go_to(page, "platform")
        await expect(message(page, "asks for the Docker registry")).to_contain_text("@Ben Okoro, @platform-team")
        await press(page, "Approve: team-shop")
        await expect(alone(page)).to_contain_text("You asked for team-shop yourself")
        await nothing_serious(page)

        await to_platform_as(page, "Chiara")
        await press(page, "Approve: team-shop")
        await expect(message(page, "Approved by @Chiara Rossi")).to_be_visible()
        await expect(page.get_by_role("button", name="Approve")).to_have_count(0)
        await nothing_serious(page)

        await page.get_by_label("Message", exact=True).focus()
        await go_to(page, "team-shop")
        await expect(message(page, "team-shop is ready")).to_contain_text("approved by @Chiara Rossi")
        await press(page, "Receipt of team-shop")
        await expect(dialog(page, "Receipt")).to_contain_text("Approved by: @Chiara Rossi")
        await nothing_serious(page)


async def test_an_approver_declines_with_a_reason(
    playground: Playground, bot_with: With, visit: Visit, width: int
) -> None:
    async with bot_with("always"):
        page = await arrive(visit, playground, width)
        await ask(page, "team-shop")
        await to_platform_as(page, "Ben")
        await press(page, "Decline: team-shop")
        form = dialog(page, "Decline a request")
        await expect(form.get_by_role("textbox")).to_be_focused()
        await nothing_serious(page)
        await tab_to(page, "Decline")
        await page.keyboard.press("Enter")
        await expect(form.locator(".field-error:not([hidden])")).to_have_count(1)
        await nothing_serious(page)
        await expect(form.get_by_role("textbox")).to_be_focused()
        await page.keyboard.type("The shop has one already.")
        await tab_to(page, "Decline")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(message(page, "Declined by @Ben Okoro")).to_contain_text("The shop has one already.")

        await become(page, "Ana")
        await page.get_by_label("Message", exact=True).focus()
        await go_to(page, "team-shop")
        await expect(message(page, "was declined")).to_contain_text("The shop has one already.")
        await nothing_serious(page)
        assert playground.cloud.registries == []


async def test_only_the_requester_can_withdraw_a_request(
    playground: Playground, bot_with: With, visit: Visit, width: int
) -> None:
    async with bot_with("always"):
        page = await arrive(visit, playground, width)
        await ask(page, "team-shop")
        await expect(message(page, "is waiting for approval")).to_be_visible()
        await become(page, "Ben")
        await press(page, "Withdraw: team-shop")
        await expect(alone(page)).to_contain_text("Only @Ana Lind")
        await become(page, "Ana")
        await page.get_by_label("Message", exact=True).focus()
        await go_to(page, "Registry Bot")
        home = page.get_by_role("region", name="Home")
        await expect(home).to_contain_text("Waiting or in progress")
        await nothing_serious(page)
        await tab_to(page, "Withdraw: team-shop")
        await page.keyboard.press("Enter")
        await expect(home).not_to_contain_text("Waiting or in progress")
        await expect(home).to_contain_text("withdrawn")
        assert playground.cloud.registries == []


async def test_what_the_policy_would_deny_can_be_asked_for_with_a_reason(
    playground: Playground, bot_with: With, visit: Visit, width: int
) -> None:
    async with bot_with("outside"):
        page = await arrive(visit, playground, width)
        await ask(page, "team-shop")
        await expect(message(page, "team-shop is ready")).to_be_visible()
        await go_to(page, "general")
        await command(page, "payments")
        form = dialog(page, "Create a registry")
        await expect(form).to_contain_text("You can still ask for an approval")
        await nothing_serious(page)
        await tab_to(page, form_wording.FORM_REASON_LABEL)
        await page.keyboard.type("We have no channel yet.")
        await tab_to(page, "Create registry")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await to_platform_as(page, "Ben")
        await expect(message(page, "asks for the Docker registry")).to_contain_text("We have no channel yet.")
        await nothing_serious(page)
        await press(page, "Approve: payments")
        await expect(message(page, "Approved by @Ben Okoro")).to_be_visible()
        await playground.cloud.wait_for(lambda: len(playground.cloud.registries) == 2)
