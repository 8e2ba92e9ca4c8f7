"""What else people see in Slack, on the page: Home, threads, shortcuts, stacked forms, menus; and the console beside it."""

import pytest
from playwright.async_api import Page, expect

from bot.playground.playground import Playground
from bot.playground.slack import company
from bot.playground.slack.installed_app import Shortcut

from .conftest import Visit
from .samples import button, mrkdwn, option, plain
from .stand_in_bot import Json, StandInBot

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHORTCUTS = [
    Shortcut(type="global", callback_id="create", name="Create registry", description="Open the form"),
    Shortcut(type="message", callback_id="create_here", name="Registry for this", description="Answer in the thread"),
]


def row(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def typed(block_id: str, label: str, **block: object) -> Json:
    element: Json = {"type": "plain_text_input", "action_id": "typed"}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **block}


def form(title: str, *blocks: Json, **more: object) -> Json:
    return {"type": "modal", "title": plain(title), "submit": plain("Send"), "blocks": list(blocks), **more}


async def open_form(page: Page, bot: StandInBot, view: Json) -> None:
    bot.form = view
    await page.get_by_label("Message", exact=True).fill("/create-registry")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name=view["title"]["text"])).to_be_visible()


async def test_the_home_is_announced_shown_pressed_and_follows(page: Page, bot: StandInBot) -> None:
    await page.get_by_role("button", name="Registry Bot").click()
    await expect(page.get_by_text("The app has not put anything here yet.")).to_be_visible()
    opened = await bot.hear("app_home_opened")
    assert (opened["user"], opened["tab"]) == (company.ANA, "home")
    await bot.call(
        "views.publish", user_id=company.ANA, view={"type": "home", "blocks": [row(button("New one", "new"))]}
    )
    await page.get_by_role("button", name="New one").click()
    pressed = await bot.hear("block_actions")
    assert (pressed["view"]["type"], pressed["actions"][0]["action_id"]) == ("home", "new")
    blocks = [{"type": "header", "text": plain("My registries")}, row(button("New one", "new"))]
    await bot.call("views.publish", user_id=company.ANA, view={"type": "home", "blocks": blocks})
    await expect(page.get_by_role("heading", name="My registries")).to_be_visible()
    await expect(page.get_by_role("button", name="New one")).to_be_focused()
    await page.get_by_text("Ben", exact=True).click()
    await expect(page.get_by_text("The app has not put anything here yet.")).to_be_visible()
    assert (await bot.hear("app_home_opened"))["user"] == company.BEN


async def test_the_messages_of_the_app_are_beside_its_home_and_nobody_types_there(page: Page, bot: StandInBot) -> None:
    await bot.call("chat.postMessage", channel=company.ANA, text="a word with you")
    app = page.get_by_role("navigation", name="Channels and direct messages").get_by_role("button", name="Registry Bot")
    await expect(app).to_have_attribute("data-unread", "")
    await app.click()
    await expect(page.locator("[data-message]")).to_contain_text("a word with you")
    await expect(page.get_by_label("Message", exact=True)).to_be_hidden()
    await page.get_by_role("button", name="Home", exact=True).click()
    await expect(page.locator("[data-message]")).to_be_hidden()


async def test_a_channel_is_opened_at_its_very_end_after_the_messages_of_the_app(page: Page, bot: StandInBot) -> None:
    for count in range(20):
        await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text=f"message {count}")
    await expect(page.locator("[data-message]")).to_have_count(20)
    places = page.get_by_role("navigation", name="Channels and direct messages")
    await places.get_by_role("button", name="Registry Bot").click()
    await page.get_by_role("button", name="Messages", exact=True).click()
    await expect(page.get_by_text("Nothing yet")).to_be_visible()
    await places.get_by_role("button", name="team-shop").click()
    left = "(list) => list.scrollHeight - list.scrollTop - list.clientHeight"
    assert await page.locator('[data-part="scroll"]').evaluate(left) <= 1  # pixels


async def test_a_thread_is_opened_read_answered_and_closed(page: Page, bot: StandInBot, playground: Playground) -> None:
    first = await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text="creating")
    await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text="a slow one", thread_ts=first["ts"])
    await expect(page.locator("[data-message]")).to_have_count(1)
    await page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.locator("[data-message]")).to_have_count(2)
    reply = thread.get_by_label("Reply", exact=True)
    await expect(reply).to_be_focused()
    await reply.fill("thank you")
    await reply.press("Enter")
    await expect(thread.locator("[data-message]")).to_have_count(3)
    assert playground.slack.thread(company.TEAM_SHOP, first["ts"])[-1].text == "thank you"
    await reply.fill("/create-registry")
    await reply.press("Enter")
    await expect(thread.get_by_text("/create-registry is not supported in threads. Sorry!")).to_be_visible()
    await reply.press("Escape")
    await expect(thread).to_be_hidden()
    await expect(page.get_by_role("button", name="2 replies")).to_be_visible()


async def test_a_reply_is_seen_wherever_the_person_was_reading_in_the_thread(page: Page, bot: StandInBot) -> None:
    first = await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text="the first")
    for count in range(20):
        await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text=f"reply {count}", thread_ts=first["ts"])
    await page.get_by_role("button", name="20 replies").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_text("reply 19")).to_be_in_viewport()
    await thread.get_by_text("the first").scroll_into_view_if_needed()
    await thread.get_by_label("Reply", exact=True).fill("thank you")
    await page.keyboard.press("Enter")
    await expect(thread.get_by_text("thank you")).to_be_in_viewport()


async def test_shortcuts_stand_in_the_lightning_menu_and_at_each_message(
    page: Page, bot: StandInBot, playground: Playground
) -> None:
    playground.slack.shortcuts[:] = SHORTCUTS
    said = playground.slack.say("we need one", user=company.BEN)
    await expect(page.get_by_text("we need one")).to_be_visible()  # the page has heard of the shortcuts, too
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Create registry").click()
    heard = await bot.hear("shortcut")
    assert (heard["callback_id"], heard["user"]["id"]) == ("create", company.ANA)
    await bot.call("views.open", trigger_id=heard["trigger_id"], view=form("From anywhere"))
    await expect(page.get_by_role("dialog", name="From anywhere")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.locator("[data-message]").hover()
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Registry for this").click()
    heard = await bot.hear("message_action")
    assert (heard["callback_id"], heard["message_ts"]) == ("create_here", said.ts)


async def test_a_message_shortcut_works_in_a_thread(page: Page, bot: StandInBot, playground: Playground) -> None:
    playground.slack.shortcuts[:] = SHORTCUTS
    said = playground.slack.say("we need one", user=company.BEN)
    reply = playground.slack.say("indeed", user=company.BEN, thread_ts=said.ts)
    await page.get_by_role("button", name="1 reply").click()
    in_thread = page.get_by_role("complementary", name="Thread").locator(f'[data-message="{reply.ts}"]')
    await in_thread.get_by_role("button", name="More actions").press("Enter")
    await page.keyboard.press("Enter")
    heard = await bot.hear("message_action")
    assert (heard["message_ts"], heard["message"]["thread_ts"]) == (reply.ts, said.ts)


async def test_an_overflow_menu_tells_what_was_chosen(page: Page, bot: StandInBot) -> None:
    overflow = {"type": "overflow", "action_id": "more", "options": [option("show"), option("again")]}
    section = {"type": "section", "text": mrkdwn("one"), "accessory": overflow}
    await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text="x", blocks=[section])
    await page.get_by_role("button", name="More options").click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(page.get_by_role("button", name="More options")).to_be_focused()
    await page.get_by_role("button", name="More options").click()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    action = (await bot.hear("block_actions"))["actions"][0]
    assert action["selected_option"]["value"] == "again"


async def test_an_ephemeral_goes_when_its_app_deletes_it_or_the_person_dismisses_it(
    page: Page, bot: StandInBot
) -> None:
    for text in ("first", "second"):
        await bot.call(
            "chat.postEphemeral",
            channel=company.TEAM_SHOP,
            user=company.ANA,
            text=text,
            blocks=[{"type": "section", "text": plain(text)}, row(button("Go", "go"))],
        )
    only_you = page.locator("[data-message][data-ephemeral]")
    await only_you.first.get_by_role("button", name="Go").click()
    heard = await bot.hear("block_actions")
    await bot.answer_through(heard["response_url"], delete_original=True)
    await expect(only_you).to_have_count(1)
    await expect(only_you).to_contain_text("second")
    await only_you.get_by_role("button", name="Dismiss message").click()
    await expect(only_you).to_have_count(0)


async def test_a_form_is_pushed_on_another_and_closing_it_shows_the_first_with_what_was_typed(
    page: Page, bot: StandInBot
) -> None:
    await open_form(page, bot, form("First", typed("name", "Name"), row(button("Details", "details"))))
    await page.get_by_label("Name").fill("team-shop")
    await page.get_by_role("button", name="Details").click()
    heard = await bot.hear("block_actions")
    assert heard["view"]["state"]["values"]["name"]["typed"]["value"] == "team-shop"
    await bot.call("views.push", trigger_id=heard["trigger_id"], view=form("Second", notify_on_close=True))
    await expect(page.get_by_role("dialog", name="Second")).to_be_visible()
    await page.keyboard.press("Escape")
    assert (await bot.hear("view_closed"))["is_cleared"] is False
    await expect(page.get_by_role("dialog", name="First")).to_be_visible()
    await expect(page.get_by_label("Name")).to_have_value("team-shop")
    await page.get_by_role("button", name="Details").click()
    heard = await bot.hear("block_actions")
    await bot.call("views.push", trigger_id=heard["trigger_id"], view=form("Third"))
    await expect(page.get_by_role("dialog", name="Third")).to_be_visible()
    await page.get_by_role("button", name="Back").first.click()
    await expect(page.get_by_role("dialog", name="First")).to_be_visible()
    await page.get_by_role("button", name="Close", exact=True).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_the_corner_cross_closes_the_whole_stack(page: Page, bot: StandInBot) -> None:
    await open_form(page, bot, form("First", row(button("Details", "details")), notify_on_close=True))
    await page.get_by_role("button", name="Details").click()
    heard = await bot.hear("block_actions")
    await bot.call("views.push", trigger_id=heard["trigger_id"], view=form("Second"))
    await page.get_by_role("dialog", name="Second").get_by_role("button", name="Close", exact=True).click()
    closed = await bot.hear("view_closed")
    assert (closed["is_cleared"], closed["view"]["title"]["text"]) == (True, "First")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_the_app_hears_what_is_typed_and_its_answer_keeps_text_selection_and_focus(
    page: Page, bot: StandInBot
) -> None:
    name = typed("name", "Name", dispatch_action=True)
    name["element"]["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    await open_form(page, bot, form("Name it", name))
    await page.get_by_label("Name", exact=True).press_sequentially("team-shop")
    heard = await bot.hear("block_actions")
    while heard["actions"][0]["value"] != "team-shop":  # every character, or the latest where they come faster
        assert "team-shop".startswith(heard["actions"][0]["value"])
        heard = await bot.hear("block_actions")
    for key in (*["ArrowLeft"] * 4, "Shift+ArrowLeft"):
        await page.keyboard.press(key)
    view = form("Name it", name, {"type": "context", "elements": [plain("This name is free.")]})
    await bot.call("views.update", view_id=heard["view"]["id"], hash=heard["view"]["hash"], view=view)
    await expect(page.get_by_text("This name is free.")).to_be_visible()
    await page.keyboard.type("X")
    await expect(page.get_by_label("Name", exact=True)).to_have_value("teamXshop")


async def test_enter_tells_the_app_instead_of_sending_the_form_when_it_asks_for_that(
    page: Page, bot: StandInBot
) -> None:
    await open_form(page, bot, form("Name it", typed("name", "Name", dispatch_action=True)))
    await page.get_by_label("Name", exact=True).fill("team-shop")
    await page.keyboard.press("Enter")
    assert (await bot.hear("block_actions"))["actions"][0]["value"] == "team-shop"
    assert bot.submissions() == []
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert bot.submissions()[0]["name"]["typed"]["value"] == "team-shop"


async def test_somebody_else_creates_and_deletes_in_the_console(page: Page, playground: Playground) -> None:
    await expect(page.get_by_text("The bot has not read the names of the registries yet.")).to_be_visible()
    await page.get_by_label("New registry").fill("team shop!")
    await page.get_by_role("button", name="Create there").click()
    await expect(page.locator("[data-part=console-note]")).to_contain_text("Use 1 to 20 letters")
    await page.get_by_label("New registry").fill("team-shop")
    await page.keyboard.press("Enter")
    registry = page.locator('[data-registry="team-shop"]')
    await expect(registry).to_contain_text("li.wei")
    await page.get_by_label("New registry").fill("far-away")
    await page.get_by_label("in another CodeArts project").check()
    await page.get_by_role("button", name="Create there").click()
    await expect(page.locator('[data-registry="far-away"]')).to_contain_text("In another CodeArts project")
    assert [(each.display_name, each.elsewhere) for each in playground.cloud.registries] == [
        ("team-shop", False),
        ("far-away", True),
    ]
    await page.get_by_role("button", name="Delete team-shop in the console").click()
    await page.get_by_role("button", name="Keep it").click()
    await page.get_by_role("button", name="Delete team-shop in the console").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    await expect(registry).to_have_count(0)
    assert playground.cloud.registries[0].status == "trash"


async def test_a_permalink_leads_to_the_message(page: Page, bot: StandInBot) -> None:
    posted = await bot.call("chat.postMessage", channel=company.PLATFORM, text="it is ready")
    link = (await bot.call("chat.getPermalink", channel=company.PLATFORM, message_ts=posted["ts"]))["permalink"]
    section = {"type": "section", "text": mrkdwn(f"<{link}|the message about it>")}
    await bot.call("views.publish", user_id=company.ANA, view={"type": "home", "blocks": [section]})
    await page.get_by_role("button", name="Registry Bot").click()
    await page.get_by_role("link", name="the message about it").click()
    await expect(page.locator(f'[data-message="{posted["ts"]}"]')).to_be_in_viewport()
    await expect(page.get_by_role("heading", name="platform")).to_be_visible()


async def test_a_visitor_is_told_what_to_try_and_one_press_does_it(page: Page, bot: StandInBot) -> None:
    bot.form = form("Opened")
    await page.get_by_role("button", name="Things to try").click()
    tries = page.get_by_role("dialog", name="Things to try")
    assert 4 <= await tries.get_by_role("listitem").count() <= 10
    await tries.get_by_role("button", name="/create-registry").first.click()
    await expect(page.get_by_role("dialog", name="Opened")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "narrow"])
async def test_the_guide_leads_to_the_people(playground: Playground, visit: Visit, width: int) -> None:
    page = await visit(playground.page.base_url, width=width)
    await page.get_by_role("button", name="Things to try").click()
    await page.get_by_role("button", name="Show the people").click()
    await expect(page.get_by_role("radio", name="Ana")).to_be_focused()
    await expect(page.locator(".who-person").first).to_be_in_viewport()
