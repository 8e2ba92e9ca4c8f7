"""The page draws what apps send, and what people type stays text. A bot of a few lines is behind it."""

import asyncio
import time

import pytest
from playwright.async_api import Page, expect

from bot.playground.playground import Playground
from bot.playground.slack import company

from .conftest import Visit
from .samples import FORM, HOSTILE, LEAVES, MESSAGE, button, mrkdwn, plain
from .stand_in_bot import Json, StandInBot

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Draws blocks without a server: for what the local Slack would refuse to take.
_DRAW = """async (blocks) => {
  const { renderBlocks } = await import("/static/js/blockkit.js");
  const nobody = () => undefined;
  const names = { me: "U1", person: nobody, group: nobody, channel: nobody, channelByName: () => false };
  const box = document.createElement("main");
  box.id = "drawn";
  box.append(...renderBlocks(blocks, { names, places: [], controls: [], act: async () => true }));
  document.body.append(box);
}"""

_MRKDWN = """async ([texts, verbatim]) => {
  const { textNodes } = await import("/static/js/mrkdwn.js");
  const people = { U1: "Ana", U2: "Ben" };
  const group = (id) => (id === "S1" ? { name: "platform-team", mine: true } : undefined);
  const channel = (id) => (id === "C1" ? "shop" : undefined);
  const names = { me: "U1", person: (id) => people[id], group, channel, channelByName: (name) => name === "shop" };
  const shown = (text) => {
    const box = document.createElement("div");
    box.append(...textNodes({ type: "mrkdwn", text, verbatim }, names));
    for (const node of box.querySelectorAll("[target]")) ["target", "rel"].forEach((name) => node.removeAttribute(name));
    for (const node of box.querySelectorAll("[class]")) node.removeAttribute("class");
    return box.innerHTML;
  };
  return texts.map(shown);
}"""

_MARKUP = {
    "*bold* and *b c*": "<strong>bold</strong> and <strong>b c</strong>",
    "_slanted_ ~gone~ `a*b*c`": "<em>slanted</em> <s>gone</s> <code>a*b*c</code>",
    "snake_case_name 2*3*4 ~": "snake_case_name 2*3*4 ~",
    "*bold with _both_*": "<strong>bold with <em>both</em></strong>",
    "```\na < *b*\n```": "<pre>a &lt; *b*</pre>",
    "&lt;b&gt; &amp;amp;": "&lt;b&gt; &amp;amp;",
    "<@U2> <@U9|zoe>": '<span data-mention="user">@Ben</span> <span data-mention="user">@zoe</span>',
    "<#C1> <#C2|other>": '<span data-mention="channel">#shop</span> <span data-mention="channel">#other</span>',
    "<!subteam^S1>": '<span data-mention="usergroup">@platform-team</span>',
    "<!subteam^S9|@others>": '<span data-mention="usergroup">@others</span>',
    "<!here>": '<span data-mention="broadcast">@here</span>',
    "<https://a.example/?x=1&amp;y=2|the *docs*>": '<a href="https://a.example/?x=1&amp;y=2">the *docs*</a>',
    "<javascript:alert(1)|press me>": "press me",
    "> quoted\nplain": "<blockquote>quoted</blockquote>plain",
    ":rocket: :no_such_code: 10:30:00": "🚀 :no_such_code: 10:30:00",
    "@here #shop https://a.example": "@here #shop https://a.example",
}


async def _open_form(page: Page, bot: StandInBot, form: Json = FORM) -> None:
    bot.form = form
    await page.get_by_label("Message", exact=True).fill("/create-registry")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def _post(bot: StandInBot, blocks: list[Json], **more: object) -> str:
    answer = await bot.call("chat.postMessage", channel=company.TEAM_SHOP, text="fallback", blocks=blocks, **more)
    return str(answer["ts"])


async def test_every_block_of_a_message_is_drawn(page: Page, bot: StandInBot) -> None:
    await _post(bot, MESSAGE)
    message = page.locator("[data-message]")
    await expect(message.get_by_role("heading", name="Registry created")).to_be_visible()
    await expect(message.locator(".fields")).to_contain_text("success")
    await expect(message.locator("hr")).to_be_attached()
    await expect(message.locator("pre")).to_have_text("docker login registry.example")
    await expect(message.locator("blockquote")).to_have_text("said somebody")
    await expect(message.locator("ol.rich-list li")).to_have_text("first")
    await expect(message.get_by_role("img", name="A whale")).to_be_visible()
    for label in ("Open", "Again", "Delete"):
        await expect(message.get_by_role("button", name=label)).to_be_visible()
    await expect(message.get_by_role("combobox", name="Pick")).to_be_visible()
    await expect(message.locator(".block-context")).to_have_text("asked by @Ana Linda minute ago")
    await expect(message.locator("[data-unknown]")).to_have_count(0)


async def test_rich_text_leaves_keep_their_style_and_literal_text(page: Page, bot: StandInBot) -> None:
    await _post(bot, [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": LEAVES}]}])
    text = page.locator(".rich-section")
    await expect(text).to_contain_text("*literal* :tada: @Ben Okoro#platform@S0GROUP@herethe console🚀")
    for tag, words in (("strong", "strong"), ("em", "slanted"), ("s", "gone"), ("code", "a=1")):
        await expect(text.locator(tag)).to_have_text(words)
    await expect(text.get_by_role("link", name="the console")).to_have_attribute("href", "https://example.com/console")


@pytest.mark.parametrize(
    ("timezone", "says"), [("UTC", "14 Nov 2023 at 22:13"), ("Asia/Tokyo", "15 Nov 2023 at 07:13")]
)
async def test_a_date_is_each_readers_own(
    playground: Playground, bot: StandInBot, visit: Visit, timezone: str, says: str
) -> None:
    leaf = {"type": "date", "timestamp": 1_700_000_000, "format": "{date_short_pretty} at {time}", "fallback": "in UTC"}
    marked = "<!date^1700000000^{date_short_pretty} at {time}|in UTC>"
    await _post(
        bot,
        [
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [leaf]}]},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": f"until {marked}.", "verbatim": True}]},
        ],
    )
    page = await visit(playground.page.base_url, timezone=timezone)
    await expect(page.locator(".rich-section")).to_have_text(says)
    await expect(page.locator(".block-context")).to_have_text(f"until {says}.")


async def test_a_date_of_these_days_is_said_as_people_say_it(page: Page, bot: StandInBot) -> None:
    now = int(time.time())
    leaf = {"type": "date", "timestamp": now, "format": "{date_short_pretty}", "fallback": "in UTC"}
    await _post(bot, [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [leaf]}]}])
    await expect(page.locator(".rich-section")).to_have_text("today")


async def test_what_is_not_known_shows_its_name(page: Page) -> None:
    unknown: list[Json] = [
        {"type": "video", "title": plain("A film")},
        {"type": "actions", "elements": [{"type": "datepicker", "action_id": "day"}]},
        {"type": "input", "block_id": "b", "label": plain("File"), "element": {"type": "file_input", "action_id": "f"}},
        {"type": "context", "elements": [{"type": "sticker"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "hologram"}]}]},
        {"type": "constructor"},
    ]
    await page.evaluate(_DRAW, unknown)
    shown = await page.locator("#drawn [data-unknown]").all_inner_texts()
    assert shown == [
        "Not drawn here: block video",
        "Not drawn here: element datepicker",
        "Not drawn here: element file_input",
        "Not drawn here: element sticker",
        "Not drawn here: rich text hologram",
        "Not drawn here: block constructor",
    ]


async def test_mrkdwn_becomes_what_slack_would_show(page: Page) -> None:
    shown = await page.evaluate(_MRKDWN, [list(_MARKUP), True])
    assert dict(zip(_MARKUP, shown, strict=True)) == _MARKUP


async def test_text_that_is_not_verbatim_pings_and_links_as_slack_would(page: Page) -> None:
    [shown] = await page.evaluate(_MRKDWN, [["@here #shop #none https://a.example/b_c_d"], False])
    assert shown == (
        '<span data-mention="broadcast">@here</span> <span data-mention="channel">#shop</span> #none '
        '<a href="https://a.example/b_c_d">https://a.example/b_c_d</a>'
    )


async def test_hostile_text_stays_text_everywhere(page: Page, bot: StandInBot, playground: Playground) -> None:
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    leaf = {"type": "text", "text": HOSTILE}
    await _post(
        bot,
        [
            {"type": "header", "text": plain(HOSTILE)},
            {"type": "section", "text": mrkdwn(escaped)},
            {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [leaf]}]},
        ],
    )
    playground.cloud.add_registry("evil", description=HOSTILE)
    await page.get_by_label("Message", exact=True).fill(HOSTILE)
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-message] .block-heading")).to_have_text(HOSTILE)
    await expect(page.locator("[data-message] pre")).to_have_text(HOSTILE)
    await expect(page.locator('[data-message][data-author="person"]')).to_contain_text("<img src=x onerror=")
    await expect(page.locator("[data-registry] .registry-about")).to_have_text(HOSTILE)
    assert await page.locator("img, [data-part=messages] script").count() == 0
    assert await page.evaluate("window.hacked === undefined")


async def test_a_form_sends_what_was_typed_and_chosen(page: Page, bot: StandInBot) -> None:
    await _open_form(page, bot)
    await expect(page.get_by_role("dialog", name="Create a registry")).to_be_visible()
    await expect(page.get_by_label("Name")).to_be_focused()
    await page.keyboard.type("team-shop")
    await page.get_by_label("Description (optional)").fill("two\nlines")
    await page.get_by_label("Where to post").select_option("#secret-project")
    await page.get_by_label("Size").select_option("Small")
    await page.get_by_role("button", name="Create", exact=True).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    [values] = bot.submissions()
    assert values["name"]["typed"]["value"] == "team-shop"
    assert values["why"]["typed"]["value"] == "two\nlines"
    assert values["where"]["chosen"]["selected_conversation"] == company.SECRET_PROJECT
    assert values["size"]["chosen"]["selected_option"]["value"] == "small"


async def test_a_form_starts_with_its_defaults(page: Page, bot: StandInBot) -> None:
    await page.get_by_role("button", name="platform").click()
    await _open_form(page, bot)
    await expect(page.get_by_label("Where to post")).to_have_value(company.PLATFORM)
    await expect(page.get_by_label("Size")).to_have_value("large")
    offered = await page.get_by_label("Where to post").locator("option").all_inner_texts()
    assert "Ana Lind" in offered
    assert "Registry Bot" not in offered


async def test_errors_stand_under_their_fields_and_keep_what_was_typed(page: Page, bot: StandInBot) -> None:
    bot.answers = [{"response_action": "errors", "errors": {"name": "Try <b>Team-Shop</b>."}}]
    await _open_form(page, bot)
    await page.get_by_label("Name").fill("Team Shop!")
    await page.get_by_label("Description").fill("kept")
    await page.keyboard.press("Control+Enter")
    name = page.get_by_label("Name")
    await expect(name).to_have_attribute("aria-invalid", "true")
    await expect(name).to_have_accessible_description("Hint for Name Try <b>Team-Shop</b>.")
    await expect(name).to_have_value("Team Shop!")
    await expect(name).to_be_focused()
    await expect(page.get_by_label("Description")).to_have_value("kept")
    await expect(page.get_by_label("Size")).not_to_have_attribute("aria-invalid", "true")
    await name.fill("Team-Shop")
    await name.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert [values["name"]["typed"]["value"] for values in bot.submissions()] == ["Team Shop!", "Team-Shop"]


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [("", "Please complete this required field."), ("x" * 21, "Please use at most 20 characters; this has 21.")],
)
async def test_a_form_that_slack_would_not_send_is_not_sent(
    page: Page, bot: StandInBot, typed: str, complaint: str
) -> None:
    await _open_form(page, bot)
    await page.get_by_label("Name").fill(typed)
    await page.keyboard.press("Enter")
    await expect(page.locator('[data-error-for="name"]')).to_have_text(complaint)
    assert bot.submissions() == []


async def test_the_button_waits_while_the_bot_thinks(page: Page, bot: StandInBot) -> None:
    bot.hold.clear()
    await _open_form(page, bot)
    await page.get_by_label("Name").fill("team-shop")
    create = page.get_by_role("button", name="Create", exact=True)
    await create.click()
    await expect(create).to_have_attribute("aria-busy", "true")
    await create.press("Enter")  # a second time: nothing more must be sent
    await page.get_by_label("Name").press("Enter")
    bot.hold.set()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert len(bot.submissions()) == 1


async def test_an_invalid_answer_shows_a_banner_and_keeps_the_form(page: Page, bot: StandInBot) -> None:
    bot.answers = ["what?"]
    await _open_form(page, bot)
    await page.get_by_label("Name").fill("team-shop")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("We had some trouble connecting. Try again?")
    await expect(page.get_by_label("Name")).to_have_value("team-shop")


async def test_an_updated_view_keeps_what_was_typed(page: Page, bot: StandInBot) -> None:
    update = {**FORM, "title": plain("One more thing")}
    bot.answers = [{"response_action": "update", "view": update}]
    await _open_form(page, bot)
    await page.get_by_label("Name").fill("team-shop")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="One more thing")).to_be_visible()
    await expect(page.get_by_label("Name")).to_have_value("team-shop")


async def test_focus_goes_round_in_a_form_and_back_after_escape(page: Page, bot: StandInBot) -> None:
    await _open_form(page, bot)
    await page.get_by_label("Name").focus()
    inside = "document.querySelector('dialog').contains(document.activeElement)"
    for key in ["Tab"] * 9 + ["Shift+Tab"] * 9:
        await page.keyboard.press(key)
        assert await page.evaluate(inside), key
    await expect(page.get_by_label("Name")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_label("Message", exact=True)).to_be_focused()
    await bot.playground.slack.wait_for(lambda: [payload["type"] for payload in bot.heard] == ["view_closed"])


async def test_a_button_asks_first_and_then_reaches_the_bot(page: Page, bot: StandInBot) -> None:
    await _post(bot, MESSAGE)
    delete = page.locator("[data-message]").get_by_role("button", name="Delete")
    await delete.click()
    await page.get_by_role("dialog", name="Are you sure?").get_by_role("button", name="Rather not").click()
    await page.locator("[data-message]").get_by_role("button", name="Again").click()
    await delete.click()
    await page.get_by_role("button", name="Do it").click()
    await bot.playground.slack.wait_for(lambda: len(bot.heard) > 1)
    pressed = [payload["actions"][0]["action_id"] for payload in bot.heard]
    assert pressed == ["again", "delete"]


async def test_a_link_button_opens_its_address(page: Page, bot: StandInBot) -> None:
    target = bot.playground.page.base_url + "/static/icon.svg"
    await _post(bot, [{"type": "actions", "elements": [button("Open", "open", url=target)]}])
    async with page.context.expect_page() as opened:
        await page.locator("[data-message]").get_by_role("button", name="Open").click()
    assert (await opened.value).url == target


@pytest.mark.parametrize("tab", ["chat", "form", "cloud", "thread", "home"])
async def test_nothing_sticks_out_at_390_pixels(
    playground: Playground, bot: StandInBot, visit: Visit, tab: str
) -> None:
    page = await visit(playground.page.base_url, width=390, height=844)
    long = "x" * 150
    await _post(bot, [*MESSAGE, {"type": "section", "text": mrkdwn(f"{long} `{long}` <https://a.example/{long}>")}])
    playground.cloud.add_registry("a" * 20, description=long)
    if tab == "form":
        await _open_form(page, bot, {**FORM, "blocks": [*FORM["blocks"], {"type": "section", "text": plain(long)}]})
        whole = {"x": 0, "y": 0, "width": 390, "height": 844}
        async with asyncio.timeout(10):  # it slides in, and a busy machine takes its time
            while await page.get_by_role("dialog").bounding_box() != whole:  # noqa: ASYNC110  nobody sets an event
                await asyncio.sleep(0.05)
    elif tab == "thread":
        await page.get_by_role("button", name="Reply in thread").press("Enter")
        await expect(page.get_by_label("Reply", exact=True)).to_be_focused()
    elif tab == "home":
        await bot.call("views.publish", user_id=company.ANA, view={"type": "home", "blocks": MESSAGE})
        await page.get_by_role("button", name="Channels and people").click()
        await page.get_by_role("button", name="Registry Bot").click()
        await expect(page.get_by_role("heading", name="Registry created")).to_be_visible()
    else:
        await page.locator(f'[data-goto="{tab}"]').click()
        await expect(page.locator("[data-registry]" if tab == "cloud" else "[data-message]")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    scrolling = "[...document.querySelectorAll('.scroll, .cloud-scroll, .dialog-body, .home')]"
    assert await page.evaluate(f"{scrolling}.filter((node) => node.scrollWidth > node.clientWidth).length") == 0
