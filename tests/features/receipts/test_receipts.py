"""`list`, `status` and the receipt, from what is typed and pressed to what is read."""

from collections.abc import Callable
from pathlib import Path

from bot.config import Settings
from bot.features.receipts import wording
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message, OpenView
from bot.playground.slack.server import LocalSlack
from tests.ledger.entries import enter_many
from tests.support.database import rows
from tests.support.people import _leaves, about, ask_for, open_form, outcome_of, words
from tests.support.running import all_finished, running_bot

Build = Callable[..., Settings]
ANA, BEN, CHIARA = company.ANA, company.BEN, company.CHIARA
SECRET = company.SECRET_PROJECT


async def answer(slack: LocalSlack, text: str, *, user: str = ANA) -> Message:
    """Type it; the ephemeral answer."""
    before = set(map(id, slack.messages(company.TEAM_SHOP)))
    delivery = await slack.command(text, user=user)
    assert delivery.error is None, delivery
    new = [each for each in slack.messages(company.TEAM_SHOP) if id(each) not in before and each.ephemeral_to == user]
    assert len(new) == 1
    return new[0]


def names(message: Message) -> list[str]:
    """Those of a list, in their order."""
    buttons = [each for block in message.blocks for each in block.get("elements", []) if each["type"] == "button"]
    return [
        each["accessibility_label"].removeprefix("Receipt of ") for each in buttons if "accessibility_label" in each
    ]


async def opened(
    slack: LocalSlack, message: Message, action: str, *, user: str = ANA, value: str | None = None
) -> OpenView:
    """Press a button that opens a view."""
    before = set(slack.views)
    await slack.press(message.ts, action, user=user, value=value)
    await slack.wait_for(lambda: bool(set(slack.views) - before))
    (view_id,) = set(slack.views) - before
    return slack.views[view_id]


def shown(view: OpenView) -> str:
    return "".join(_leaves(view.view["blocks"]))


async def test_what_became_of_a_registry_is_told_in_one_command(
    settings: Build, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack):
        await ask_for(slack, "team-shop", description="Images of the web shop")
        await all_finished()
        (registry,) = cloud.registries
        for what in ("team-shop", "TEAM-SHOP", registry.trace_id or "", registry.url):
            told = await answer(slack, f"status {what}", user=BEN)
            assert names(told) == ["team-shop"]
            assert all(part in words(told) for part in ("success", f"<@{ANA}>", registry.url))
        last = await answer(slack, "status team-shop", user=BEN)
        receipt = shown(await opened(slack, last, "receipt_show", user=BEN))
    called = "Call: CreateDockerRepositories (creates the registry)"
    for part in ("Images of the web shop", registry.trace_id or "", called, "the command", "in this message", "R-"):
        assert part in receipt


AS_IT_IS_TYPED = (
    *("*Team-Shop*", "_team-shop_", "(team-shop)", "team-shop.", "team-shop…", "«team-shop»", "<#C0123ABCD|team-shop>"),
    *(
        "team\u2011shop",
        "team–shop",
        "\u200bteam-shop",
        "ｔｅａｍ-ｓｈｏｐ",
        "name: team-shop",
        "the team-shop registry",
    ),
    *("({reference})", "Reference: {reference}", "#{reference}", "trace id {trace_id}", "Trace id: {trace_id}."),
    *("<{url}>", "<{url}|{place}>", "<http://{place}|{place}>", "{url}team-shop:1.0", "{place}:1.0", "http://{place}"),
    *("docker pull {place}/web@sha256:0a1b", "docker pull <http://{place}/web:1|{place}/web:1>"),
)


async def test_however_slack_formats_it_and_whatever_is_copied_along_what_is_asked_for_is_found(
    settings: Build, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(), slack):
        await ask_for(slack, "team-shop")
        await all_finished()
        (registry,) = cloud.registries
        ((reference,),) = rows(tmp_path / "bot.sqlite3", "SELECT reference FROM registry_bot_requests")
        known = {"reference": reference, "trace_id": registry.trace_id, "url": registry.url}
        for what in AS_IT_IS_TYPED:
            typed = what.format(**known, place=registry.url.removeprefix("https://").rstrip("/"))
            assert names(await answer(slack, f"status {typed}", user=BEN)) == ["team-shop"], typed
        for typed in ("status: team-shop", '"status team-shop"', "`status` team-shop"):
            assert names(await answer(slack, typed, user=BEN)) == ["team-shop"], typed
        for typed in ("https://devrepo.example", "docker pull web:1", "_", "<@U0123ABCD>", "`" * 3000):
            assert names(await answer(slack, f"status {typed}", user=BEN)) == [], typed


async def test_a_name_with_signs_at_its_ends_is_another_than_the_one_without(
    settings: Build, slack: LocalSlack
) -> None:
    async with running_bot(settings(), slack) as bot:
        enter_many(bot.engine.database, ["base", "_base", "base."])
        for name in ("base", "_base", "base."):
            assert names(await answer(slack, f"status {name}")) == [name]


async def test_a_list_is_newest_first_ten_a_page_and_continues_in_place(
    settings: Build, slack: LocalSlack, tmp_path: Path
) -> None:
    async with running_bot(settings(), slack) as bot:
        enter_many(bot.engine.database, [f"n{number:02d}" for number in range(23)])
        first = await answer(slack, "list")
        assert names(first) == [f"n{number:02d}" for number in range(22, 12, -1)]
        await slack.press(first.ts, "receipts_more")
        await slack.wait_for(lambda: "n12" in names(first))
        assert names(first) == [f"n{number:02d}" for number in range(12, 2, -1)]
        await slack.press(first.ts, "receipts_more")
        await slack.wait_for(lambda: "n02" in names(first))
        assert names(first) == ["n02", "n01", "n00"]
        assert wording.MORE not in str(first.blocks)


async def test_a_list_may_be_of_my_own_only(settings: Build, slack: LocalSlack) -> None:
    async with running_bot(settings(), slack):
        await ask_for(slack, "anas")
        await all_finished()
        assert names(await answer(slack, "list mine", user=ANA)) == ["anas"]
        assert wording.LIST_EMPTY_MINE.format(command="/create-registry") in words(
            await answer(slack, "list mine", user=BEN)
        )
        assert names(await answer(slack, "list", user=BEN)) == ["anas"]


async def test_nobody_has_asked_yet(settings: Build, slack: LocalSlack) -> None:
    async with running_bot(settings(), slack):
        assert "Nobody has asked" in words(await answer(slack, "list"))
        assert "Type a name" in (await answer(slack, "status")).text


# ---- who may see what ----


async def test_a_request_from_a_private_channel_is_its_requesters_and_the_operators(
    settings: Build, slack: LocalSlack
) -> None:
    async with running_bot(settings(OPERATORS=CHIARA), slack):
        await ask_for(slack, "hush-hush", channel=SECRET)
        await all_finished()
        for person, sees in ((ANA, True), (CHIARA, True), (BEN, False)):
            told = await answer(slack, "status hush-hush", user=person)
            assert (names(told) == ["hush-hush"]) is sees
            assert (names(await answer(slack, "list", user=person)) == ["hush-hush"]) is sees
        hidden = (await answer(slack, "status hush-hush", user=BEN)).text
        assert f"Ask <@{ANA}>" in hidden
        assert "R-" not in hidden


async def test_a_button_that_somebody_else_presses_shows_nothing_either(settings: Build, slack: LocalSlack) -> None:
    async with running_bot(settings(), slack) as bot:
        await ask_for(slack, "hush-hush", channel=SECRET)
        await all_finished()
        (receipt,) = await bot.engine.ledger.find("hush-hush")
        button = {
            "type": "button",
            "action_id": "receipt_show",
            "value": receipt.id,
            "text": {"type": "plain_text", "text": "x"},
        }
        message = slack.workspace.post(
            company.TEAM_SHOP,
            user=company.BOT_USER,
            via="bot",
            text="x",
            blocks=[{"type": "actions", "elements": [button]}],
        )
        views = set(slack.views)
        await slack.press(message.ts, "receipt_show", user=BEN)

        def told() -> list[Message]:
            return [each for each in slack.messages(company.TEAM_SHOP) if each.ephemeral_to == BEN]

        await slack.wait_for(lambda: bool(told()))
        assert f"Ask <@{ANA}>" in told()[0].text
        assert set(slack.views) == views
        view = await opened(slack, message, "receipt_show", user=ANA)
        assert "hush-hush" in shown(view)


# ---- what is not there ----


async def test_what_is_near_is_said(settings: Build, slack: LocalSlack) -> None:
    async with running_bot(settings(), slack):
        await ask_for(slack, "team-shop")
        await all_finished()
        assert (
            await answer(slack, "status team-shpo")
        ).text == "I know nothing about “team-shpo”. Did you mean `team-shop`?"
        assert (await answer(slack, "status zzz <!here>`")).text == "I know nothing about “zzz &lt;!here&gt;'”."


async def cloud_says(slack: LocalSlack, text: str) -> str:
    def told() -> list[Message]:
        return [each for each in slack.messages(company.TEAM_SHOP) if each.ephemeral_to and text in words(each)]

    await slack.wait_for(lambda: bool(told()))
    return words(told()[0])


async def test_without_a_ledger_the_clouds_own_list_tells_who_asked(
    settings: Build, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    cloud.add_registry("old-shop", description="Images · by ana, R-7K2F9")
    cloud.add_registry("bare-shop")
    async with running_bot(settings(CODEARTS_DESCRIPTION_NOTE="by {requester}, {reference}"), slack):
        assert wording.LOOKING_IN_CLOUD in (await answer(slack, "status OLD-shop")).text
        assert "by ana, R-7K2F9" in await cloud_says(slack, "“old-shop”, for which I have no receipt")
        await answer(slack, "status bare-shop")
        assert wording.CLOUD_NO_DESCRIPTION in await cloud_says(slack, "“bare-shop”, for which")
        await answer(slack, "status no-shop")
        await cloud_says(slack, "Huawei Cloud has no registry “no-shop” either")
        cloud.faults.add("list", Fault.answer(503, ""))
        await answer(slack, "status shy-shop")
        await cloud_says(slack, "I could not ask Huawei Cloud about “shy-shop”")
        asked = len(cloud.calls)
        await answer(slack, "status R-7K2F9-and-much-longer-than-a-name")
        assert len(cloud.calls) == asked


async def test_without_the_note_the_cloud_is_not_asked(
    settings: Build, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.add_registry("old-shop", description="secret")
    async with running_bot(settings(), slack):
        assert (await answer(slack, "status old-shop")).text == "I know nothing about “old-shop”."
    assert not cloud.calls


async def test_a_database_that_is_away_is_no_answer_that_there_is_nothing(
    settings: Build, slack: LocalSlack, tmp_path: Path
) -> None:
    async with running_bot(settings(), slack):
        rows(tmp_path / "bot.sqlite3", "ALTER TABLE registry_bot_requests RENAME TO away")
        for text in ("status shop", "list"):
            assert (await answer(slack, text)).text == wording.NOT_NOW
        rows(tmp_path / "bot.sqlite3", "ALTER TABLE away RENAME TO registry_bot_requests")


async def test_with_a_database_that_is_away_the_clouds_own_list_tells_who_asked(
    settings: Build, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    cloud.add_registry("old-shop", description="Images · by ana, R-7K2F9")
    async with running_bot(settings(CODEARTS_DESCRIPTION_NOTE="by {requester}, {reference}"), slack):
        rows(tmp_path / "bot.sqlite3", "ALTER TABLE registry_bot_requests RENAME TO away")
        assert (await answer(slack, "status old-shop")).text == f"{wording.NOT_NOW_BUT} {wording.LOOKING_IN_CLOUD}"
        assert "by ana, R-7K2F9" in await cloud_says(slack, "Huawei Cloud has a registry “old-shop”.")
        await answer(slack, "status no-shop")
        await cloud_says(slack, "Huawei Cloud has no registry “no-shop”.")
        rows(tmp_path / "bot.sqlite3", "ALTER TABLE away RENAME TO registry_bot_requests")


# ---- the command ----


async def test_a_registry_called_list_can_still_be_asked_for_in_the_form(settings: Build, slack: LocalSlack) -> None:
    async with running_bot(settings(), slack):
        await ask_for(slack, "list")
        await outcome_of(slack, "list")
        await all_finished()
        assert names(await answer(slack, "status list")) == ["list"]
    assert about(slack, "list")


async def test_help_names_every_word(settings: Build, slack: LocalSlack) -> None:
    async with running_bot(settings(), slack):
        told = (await answer(slack, "help")).text
        assert all(part in told for part in ("opens a form", "/create-registry list", "/create-registry status"))
        await open_form(slack, "help me")


async def test_a_slip_in_a_word_opens_the_form_which_says_so(settings: Build, slack: LocalSlack) -> None:
    async with running_bot(settings(), slack):
        meant = "If you meant /create-registry status"
        assert meant in shown(slack.views[await open_form(slack, "stauts shop")])
        assert "If you meant" not in shown(slack.views[await open_form(slack, "shop")])


async def test_the_receipt_leads_on_to_how_to_push(settings: Build, slack: LocalSlack, cloud: LocalCodeArts) -> None:
    async with running_bot(settings(), slack):
        await ask_for(slack, "team-shop")
        await all_finished()
        receipt = await opened(slack, await answer(slack, "status team-shop"), "receipt_show")
        before = set(slack.views)
        await slack.press_in_view(receipt.id, "receipts_how_to_push")
        await slack.wait_for(lambda: bool(set(slack.views) - before))
        (guide,) = set(slack.views) - before
        address = cloud.registries[0].url.removeprefix("https://").rstrip("/")
        assert f"docker push {address}/" in shown(slack.views[guide])
