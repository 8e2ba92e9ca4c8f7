"""The page around the messages: typing, people, unread dots, the cloud's choices, and what it does when servers go."""

import aiohttp
import pytest
from playwright.async_api import Page, expect

from bot.playground.playground import Playground
from bot.playground.slack import company

from .conftest import Visit
from .samples import FORM
from .stand_in_bot import StandInBot

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_newcomer_is_told_what_to_do_and_one_press_does_it(page: Page, bot: StandInBot) -> None:
    bot.form = FORM
    await page.get_by_role("button", name="Try it: /create-registry").click()
    await expect(page.get_by_role("dialog", name="Create a registry")).to_be_visible()


async def test_a_command_is_completed_and_sent_by_keyboard(page: Page, bot: StandInBot) -> None:
    bot.form = FORM
    box = page.get_by_label("Message", exact=True)
    await box.click()
    await page.keyboard.type("/cr")
    await expect(page.get_by_role("option", name="/create-registry")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("/create-registry ")
    await expect(page.get_by_role("option")).to_have_count(0)
    await page.keyboard.type("team-shop")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await expect(box).to_have_value("")


async def test_the_answer_to_what_is_sent_is_seen_wherever_the_person_was_reading(page: Page, bot: StandInBot) -> None:
    for count in range(20):
        await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text=f"message {count}")
    await expect(page.locator("[data-message]")).to_have_count(20)
    await page.get_by_text("message 0", exact=True).scroll_into_view_if_needed()
    await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text="somebody else's")
    await expect(page.get_by_text("somebody else's")).not_to_be_in_viewport()
    await page.get_by_label("Message", exact=True).fill("good morning")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("good morning")).to_be_in_viewport()


async def test_an_unknown_command_is_named_and_stays_in_the_box(page: Page) -> None:
    box = page.get_by_label("Message", exact=True)
    await box.fill("/deploy now")
    await box.press("Enter")
    await expect(page.locator("[data-part=composer-note]")).to_have_text(
        "/deploy is not a valid command. Try /create-registry."
    )
    await expect(box).to_have_value("/deploy now")


async def test_a_bot_that_is_not_there_is_said_to_the_person(playground: Playground, visit: Visit) -> None:
    page = await visit(playground.page.base_url)
    await page.get_by_label("Message", exact=True).fill("/create-registry")
    await page.keyboard.press("Enter")
    only_you = page.locator("[data-message][data-ephemeral]")
    await expect(only_you).to_contain_text("Only visible to you")
    await expect(only_you).to_contain_text("did not respond (dispatch_failed)")


async def test_an_ephemeral_is_seen_by_one_person_only(page: Page, bot: StandInBot) -> None:
    await bot.call("chat.postEphemeral", channel=company.TEAM_SHOP, user=company.ANA, text="for Ana")
    await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text="for all")
    await expect(page.locator("[data-message]")).to_have_count(2)
    await page.get_by_text("Ben", exact=True).click()
    await expect(page.locator("[data-message]")).to_have_count(1)
    await expect(page.locator("[data-message]")).to_contain_text("for all")


async def test_a_message_changes_in_place_and_is_marked(page: Page, bot: StandInBot) -> None:
    first = await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text="creating")
    await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text="later")
    await expect(page.locator("[data-message]")).to_have_count(2)
    await bot.call("chat.update", channel=company.TEAM_SHOP, ts=first["ts"], text="success")
    changed = page.locator(f'[data-message="{first["ts"]}"]')
    await expect(changed).to_contain_text("success")
    await expect(changed).to_contain_text("(edited)")
    assert await page.locator("[data-message]").first.get_attribute("data-message") == first["ts"]


async def test_news_elsewhere_make_a_dot_until_they_are_read(page: Page, bot: StandInBot) -> None:
    await bot.call("chat.postMessage", channel=company.ANA, text="a word with you")
    direct = page.get_by_role("navigation", name="Channels and direct messages").get_by_role(
        "button", name="Registry Bot"
    )
    await expect(direct).to_have_attribute("data-unread", "")
    await direct.click()
    await expect(page.locator("[data-message]")).to_contain_text("a word with you")
    await expect(direct).not_to_have_attribute("data-unread", "")


async def test_the_bot_can_be_invited(page: Page, playground: Playground) -> None:
    await page.get_by_role("button", name="platform").click()
    await expect(page.locator("[data-part=channel-about]")).to_have_text("Registry Bot is not in this channel")
    await page.get_by_label("Message", exact=True).fill("/invite @registry-bot")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-part=channel-about]")).to_have_text("Registry Bot is in this channel")
    assert company.BOT_USER in playground.slack.channels[company.PLATFORM].members


async def test_a_choice_for_the_cloud_holds_and_is_visible_until_another(page: Page, playground: Playground) -> None:
    pill = page.locator("[data-part=weather-pill]")
    await expect(pill).to_be_hidden()
    await page.locator("[data-scenario=refuses] input").check()
    await expect(pill).to_have_text("Cloud: Refuses")
    for _ in range(2):
        assert await _create(playground) == (403, "CR.4102")
    await page.locator("[data-scenario=works] input").check()
    await expect(pill).to_be_hidden()
    assert await _create(playground) == (401, "APIGW.0301")  # unsigned: the normal answer again
    await expect(page.locator("[data-call]")).to_have_count(3)


async def _create(playground: Playground) -> tuple[int, str]:
    url = playground.cloud.base_url + "/cloudartifact/v5/repositories"
    async with aiohttp.ClientSession() as session, session.post(url, json={}) as response:
        return response.status, (await response.json())["error_code"]


async def test_every_choice_for_the_cloud_has_a_sentence(page: Page) -> None:
    labels = await page.locator("[data-scenario]").evaluate_all("(nodes) => nodes.map((node) => node.dataset.scenario)")
    assert labels == ["works", "slow", "refuses", "error200", "throttled", "loses", "down"]
    sentences = await page.locator(".scenario-sentence").all_inner_texts()
    assert all(sentence.endswith((".", "?")) for sentence in sentences)


async def test_the_page_comes_back_after_its_server_did(page: Page, playground: Playground, bot: StandInBot) -> None:
    port = int(playground.page.base_url.rpartition(":")[2])
    await expect(page.locator("[data-channel]")).to_have_count(5)
    await playground.page.stop()
    await expect(page.get_by_text("The playground does not answer. Trying again…")).to_be_visible()
    await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text="meanwhile")
    await playground.page.start(port=port)
    await expect(page.locator("[data-message]")).to_contain_text("meanwhile")
    await expect(page.get_by_text("The playground does not answer. Trying again…")).to_be_hidden()


async def test_the_drawer_of_a_narrow_page_opens_and_closes_by_keyboard(playground: Playground, visit: Visit) -> None:
    page = await visit(playground.page.base_url, width=390, height=844)
    channels = page.get_by_role("navigation", name="Channels and direct messages")
    await expect(channels).to_be_hidden()
    await page.get_by_role("button", name="Channels and people").press("Enter")
    await expect(channels.get_by_role("button", name="team-shop")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(channels).to_be_hidden()
    await expect(page.get_by_role("button", name="Channels and people")).to_be_focused()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:9"},
        {"Host": "127.0.0.1.evil.example"},
    ],
)
async def test_pages_of_other_sites_are_refused(playground: Playground, headers: dict[str, str]) -> None:
    async with aiohttp.ClientSession(playground.page.base_url) as session:
        async with session.post("/page/cloud", json={"scenario": "down"}, headers=headers) as response:
            assert response.status == 403
        async with session.get("/", headers=headers) as response:
            assert response.status == 403
    assert playground.page.mood.active.id == "works"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/page/cloud", b'{"scenario": "sunshine"}', 400),
        ("/page/cloud", b"[]", 400),
        ("/page/cloud", b"{", 400),
        ("/page/say", b'{"user": "U0REGBOT000", "channel": "C0TEAMSHOP0", "text": "/create-registry"}', 400),
        ("/page/say", b'{"user": "U0ANALIND00", "channel": "C404", "text": "/create-registry"}', 400),
        ("/page/submit", b'{"user": "U0ANALIND00", "view_id": "V404", "values": {}}', 400),
        ("/page/press", b'{"user": "U0ANALIND00", "channel": "C0TEAMSHOP0", "ts": "1", "action_id": "a"}', 400),
        ("/page/use", b'{"user": "U0ANALIND00", "view_id": "V404", "action_id": "a", "values": {}}', 400),
        ("/page/use", b'{"user": "U0ANALIND00", "view_id": "V404", "action_id": "a", "values": {"b": 1}}', 400),
        ("/page/type", b'{"user": "U0ANALIND00", "view_id": "V404", "block_id": "b", "values": {}}', 400),
        ("/page/home", b'{"user": "U0REGBOT000", "tab": "home"}', 400),
        ("/page/shortcut", b'{"user": "U0ANALIND00", "callback_id": "c", "channel": "C0TEAMSHOP0", "ts": "1"}', 400),
        ("/page/create", b'{"name": "team shop"}', 400),
        ("/page/delete", b'{"id": "none"}', 400),
        ("/page/bot", b"{}", 404),
        ("/page/policy", b'{"policy": "always"}', 404),
        ("/page/policy", b'{"policy": "sometimes"}', 400),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused_in_words(
    playground: Playground, path: str, body: bytes, status: int
) -> None:
    async with (
        aiohttp.ClientSession(playground.page.base_url) as session,
        session.post(path, data=body, headers={"Content-Type": "application/json"}) as response,
    ):
        assert response.status == status
        assert "Traceback" not in await response.text()


async def test_a_form_of_another_page_cannot_post(playground: Playground) -> None:
    async with (
        aiohttp.ClientSession(playground.page.base_url) as session,
        session.post("/page/cloud", data={"scenario": "down"}) as response,
    ):
        assert response.status == 415
