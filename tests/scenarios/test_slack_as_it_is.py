"""Slack as it is: limits of a day, tokens that die, pages of proxies, private channels, and what is sent for somebody else."""

import dataclasses
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from bot.app import Service
from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from tests.support.people import about, ask_for, filled_in, open_form, outcome_of, words
from tests.support.running import QUICK, all_finished, running_bot

SettingsOf = Callable[..., Settings]
HASTY = dataclasses.replace(QUICK, progress_after=0.05)
DIRECT = "D" + company.ANA[1:]
DAY = {"Retry-After": "86400"}
BUSY = Fault.answer(429, {"ok": False, "error": "ratelimited"}, DAY)


def alone(slack: LocalSlack, channel: str) -> list[str]:
    """What Ana alone reads in a channel."""
    return [each.text for each in slack.messages(channel) if each.ephemeral_to == company.ANA]


# ---- limits ----


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_a_channel_that_is_limited_for_a_day_holds_up_nobody_elses_outcome(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, method: str
) -> None:
    cloud.faults.add("create", Fault.slow(0.3), times=None)
    async with running_bot(settings(), slack, delivery=HASTY, finished_within=None):
        slack.faults.add(method, BUSY)
        await ask_for(slack, "limited")
        await slack.wait_for(lambda: any(call.method == method and call.status == 429 for call in slack.calls))
        await ask_for(slack, "free", channel=company.PLATFORM)
        message = await outcome_of(slack, "free", channel=company.PLATFORM)
        assert "Status: success" in words(message)


# ---- a token that is no longer accepted ----


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked", "invalid_auth", "token_expired"])
async def test_a_token_that_dies_in_mid_run_is_told_to_people_and_operators_and_recovered_from(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    cloud.faults.add("create", Fault.slow(0.3))
    await ask_for(slack, "shop")
    slack.refuse_token(code)
    message = await outcome_of(slack, "shop")
    await slack.wait_for(lambda: any("posted through your form" in each for each in alone(slack, company.TEAM_SHOP)))
    assert (message.via, message.ephemeral_to) == ("response_url", None)
    told = alone(slack, company.TEAM_SHOP)[-1]
    assert "not connected to your workspace any more: tell the people who run this bot and quote R-" in told
    assert code not in told
    assert (await bot.health.why_not_ready())[0].startswith(f"SLACK_BOT_TOKEN: Slack says {code}. ")
    assert len([each for each in caplog.records if each.levelname == "ERROR"]) == 1

    await slack.command("other", channel=company.GENERAL)
    await slack.wait_for(lambda: bool(alone(slack, company.GENERAL)))
    assert "not connected to your workspace any more" in alone(slack, company.GENERAL)[0]

    slack.refuse_token(None)
    asked = len(slack.calls)
    await slack.wait_for(lambda: any(each.method == "auth.test" and each.applied for each in slack.calls[asked:]))
    await ask_for(slack, "again")
    assert (await outcome_of(slack, "again")).via == "chat.postMessage"
    assert await bot.health.why_not_ready() == []


@pytest.mark.parametrize("code", ["team_access_not_granted", "enterprise_is_restricted", "accesslimited"])
async def test_a_workspace_that_no_longer_lets_the_bot_in_is_told_to_people_and_operators_and_recovered_from(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    cloud.faults.add("create", Fault.slow(0.3))
    await ask_for(slack, "shop")
    slack.refuse_token(code)
    assert (await outcome_of(slack, "shop")).via == "response_url"
    await slack.wait_for(lambda: any("This workspace does not let" in each for each in alone(slack, company.TEAM_SHOP)))
    (problem,) = await bot.health.why_not_ready()
    assert problem.startswith(f"SLACK_BOT_TOKEN: Slack says {code}. ")
    assert "Copy it again" not in problem
    assert len([each for each in caplog.records if each.levelname == "ERROR"]) == 1
    await slack.command("other", channel=company.GENERAL)
    await slack.wait_for(lambda: bool(alone(slack, company.GENERAL)))
    assert "This workspace does not let the bot work at the moment" in alone(slack, company.GENERAL)[0]
    slack.refuse_token(None)
    asked = len(slack.calls)
    await slack.wait_for(lambda: any(each.method == "auth.test" and each.applied for each in slack.calls[asked:]))
    await ask_for(slack, "again")
    assert (await outcome_of(slack, "again")).via == "chat.postMessage"
    assert await bot.health.why_not_ready() == []


async def test_a_workspace_that_moves_is_waited_for(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(200, {"ok": False, "error": "org_login_required"}))
    await ask_for(slack, "shop")
    assert (await outcome_of(slack, "shop")).via == "chat.postMessage"
    assert "The workspace is moving into an organization" in caplog.text


async def test_who_may_not_use_the_app_is_told_who_decided_that(bot: Service, slack: LocalSlack) -> None:
    restricted = Fault.answer(200, {"ok": False, "error": "app_access_restricted"})
    slack.faults.add("chat.postMessage", restricted)
    await ask_for(slack, "shop")
    await outcome_of(slack, "shop")
    await slack.wait_for(lambda: bool(alone(slack, company.TEAM_SHOP)))
    assert "An administrator of this workspace has limited who may use this bot" in alone(slack, company.TEAM_SHOP)[0]
    slack.faults.add("views.open", restricted)
    await slack.command("other", channel=company.GENERAL)
    await slack.wait_for(lambda: bool(alone(slack, company.GENERAL)))
    assert "An administrator of this workspace has limited who may use this bot" in alone(slack, company.GENERAL)[0]


# ---- readiness ----


async def test_an_outcome_that_cannot_be_told_to_anybody_takes_nobody_elses_bot_away(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(200, {"ok": False, "error": "restricted_action"}), times=None)
    slack.faults.add("response_url", Fault.answer(404, "expired_url"), times=None)
    await ask_for(slack, "untold")
    await slack.wait_for(lambda: len(bot.engine.undelivered) == 1)
    assert await bot.health.why_not_ready() == []
    slack.faults.clear()
    await all_finished()
    assert len(bot.engine.undelivered) == 0


# ---- what is not Slack ----

BETWEEN = [
    Fault.answer(404, "<html>no such page</html>", {"Content-Type": "text/html"}),
    Fault.answer(404, {"message": "no route"}),
    Fault.answer(403, "<html>blocked</html>", {"Content-Type": "text/html"}),
    Fault.answer(200, "<html>sign in</html>", {"Content-Type": "text/html"}),
    Fault.answer(200, {"ok": True}),
]


@pytest.mark.parametrize("page", BETWEEN, ids=["404", "404 JSON", "403", "200", "200 JSON"])
async def test_a_page_of_something_between_is_no_answer_about_the_history_so_nothing_is_posted_twice(
    bot: Service, slack: LocalSlack, page: Fault
) -> None:
    slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    slack.faults.add("conversations.history", page, times=2)
    await ask_for(slack, "shop")
    await outcome_of(slack, "shop")
    await all_finished()
    assert len(about(slack, "shop")) == 1
    assert sum(call.method == "chat.postMessage" for call in slack.calls) == 1


@pytest.mark.parametrize("page", BETWEEN[:4], ids=["404", "404 JSON", "403", "200"])
async def test_a_page_in_answer_to_a_post_is_doubt_and_the_message_is_looked_for(
    bot: Service, slack: LocalSlack, page: Fault
) -> None:
    slack.faults.add("chat.postMessage", dataclasses.replace(page, apply=True))
    await ask_for(slack, "shop")
    await outcome_of(slack, "shop")
    await all_finished()
    assert len(about(slack, "shop")) == 1


# ---- where the outcome goes, in plain words ----


async def test_a_direct_message_between_two_people_is_not_told_to_invite_the_bot(
    bot: Service, slack: LocalSlack
) -> None:
    between = company.GENERAL.replace("C0GENERAL", "D0BETWEEN")
    slack.channels[between] = dataclasses.replace(
        slack.channels[company.SECRET_PROJECT], id=between, name="directmessage", im_user=company.BEN
    )
    await ask_for(slack, "shop", channel=between)
    await outcome_of(slack, "shop", channel=between)
    await slack.wait_for(lambda: bool(alone(slack, between)))
    (told,) = alone(slack, between)
    assert "/invite" not in told
    assert "choose a channel next time" in told
    assert not re.search(r"[a-z]+_[a-z]+", told)


async def test_a_private_channel_without_the_bot_reads_no_code_and_no_failure_under_the_result(
    bot: Service, slack: LocalSlack
) -> None:
    await ask_for(slack, "shop", channel=company.SECRET_PROJECT)
    await outcome_of(slack, "shop", channel=company.SECRET_PROJECT)
    start = f"The result in <#{company.SECRET_PROJECT}> was posted through your form"
    await slack.wait_for(
        lambda: (
            alone(slack, company.SECRET_PROJECT)[-1:] != []
            and alone(slack, company.SECRET_PROJECT)[-1].startswith(start)
        )
    )
    told = alone(slack, company.SECRET_PROJECT)[-1]
    assert f"type /invite <@{company.BOT_USER}> in that channel" in told
    assert "channel_not_found" not in told


# ---- who is told what ----


async def notices(
    settings: SettingsOf, slack: LocalSlack, *, typed_in: str, chosen: str | None, name: str = "hush-hush"
) -> list[Message]:
    """Ask in one channel for an outcome in another (None: the same); what the NOTIFY_CHANNELS read."""
    async with running_bot(settings(NOTIFY_CHANNELS=company.PLATFORM), slack):
        view_id = await open_form(slack, channel=typed_in)
        await slack.submit(view_id, filled_in(name=name, description="Images of a secret", channel=chosen))
        await all_finished()
    return [each for each in slack.messages(company.PLATFORM) if each.user == company.BOT_USER]


@pytest.mark.parametrize("invited", [True, False])
@pytest.mark.parametrize(
    ("typed_in", "chosen"),
    [
        (company.SECRET_PROJECT, None),
        (company.TEAM_SHOP, company.SECRET_PROJECT),
        (company.SECRET_PROJECT, company.TEAM_SHOP),
    ],
    ids=["typed and chosen", "chosen", "typed"],
)
async def test_a_request_that_has_to_do_with_a_private_channel_is_told_elsewhere_without_name_and_person(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, invited: bool, typed_in: str, chosen: str | None
) -> None:
    if invited:
        slack.invite_bot(company.SECRET_PROJECT)
    (notice,) = await notices(settings, slack, typed_in=typed_in, chosen=chosen)
    for secret in ("hush", company.ANA, company.SECRET_PROJECT, "Images"):
        assert secret not in repr(notice)
    (registry,) = cloud.registries
    assert "success" in notice.text
    assert str(registry.trace_id) in notice.text


async def test_a_refusal_in_the_vendors_words_does_not_carry_the_name_out_of_a_private_channel(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    refusal = {"error_code": "CR.1", "error_msg": "hush-hush exists", "trace_id": "{trace_id}"}
    cloud.faults.add("create", Fault.answer(409, refusal))
    (notice,) = await notices(settings, slack, typed_in=company.SECRET_PROJECT, chosen=None)
    assert "hush" not in repr(notice)
    assert "error" in notice.text


async def test_a_request_from_a_public_channel_is_told_elsewhere_with_name_and_person(
    settings: SettingsOf, slack: LocalSlack
) -> None:
    (notice,) = await notices(settings, slack, typed_in=company.TEAM_SHOP, chosen=None)
    assert "hush-hush" in notice.text
    assert company.ANA in notice.text


async def test_the_form_says_who_will_see_what_and_offers_channels_only(
    settings: SettingsOf, slack: LocalSlack
) -> None:
    async with running_bot(settings(NOTIFY_CHANNELS=f"{company.PLATFORM},{company.GENERAL}"), slack):
        view = slack.views[await open_form(slack)].view
    text = json.dumps(view["blocks"], ensure_ascii=False)
    assert "everyone in the channel you choose will see it with your name" in text
    assert f"is also posted in <#{company.PLATFORM}> and in <#{company.GENERAL}>, with" in text
    (select,) = [block["element"] for block in view["blocks"] if block.get("block_id") == "result_channel"]
    assert select["filter"] == {
        "include": ["public", "private"],
        "exclude_bot_users": True,
        "exclude_external_shared_channels": True,
    }


@pytest.mark.parametrize(("allowed", "chosen"), [("no", None), ("yes", company.TEAM_SHOP)])
async def test_a_channel_shared_with_another_company_is_offered_only_where_that_is_allowed(
    settings: SettingsOf, slack: LocalSlack, allowed: str, chosen: str | None
) -> None:
    slack.channels[company.TEAM_SHOP].is_shared = True
    async with running_bot(settings(ALLOW_SHARED_CHANNELS=allowed), slack):
        view_id = await open_form(slack)
        delivery = await slack.submit(view_id, filled_in(name="shop"))
        assert delivery.error == (None if chosen else "incomplete_form")


async def test_a_command_in_a_direct_message_leaves_the_choice_of_a_channel_open(
    bot: Service, slack: LocalSlack
) -> None:
    direct = slack.workspace.direct_message(company.ANA).id
    view_id = await open_form(slack, channel=direct)
    assert (await slack.submit(view_id, filled_in(name="shop"))).error == "incomplete_form"


# ---- what a screen reader reads ----


async def test_the_top_level_text_bears_outcome_reason_next_step_and_trace_id(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    refusal = {"error_code": "CR.4102", "error_msg": "no right", "trace_id": "{trace_id}"}
    cloud.faults.add("create", Fault.answer(403, refusal))
    await ask_for(slack, "shop")
    text = (await outcome_of(slack, "shop")).text
    trace_id = next(call.trace_id for call in cloud.calls if call.operation == "create")
    assert text == (
        f"Registry `shop`: error, trace id {trace_id}, requested by <@{company.ANA}>. Huawei Cloud said: CR.4102: no right. "
        "The account used by this bot may not create registries. Ask the administrator of the CodeArts project."
    )


async def test_a_trace_id_that_nobody_gave_is_not_read_out(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.answer(403, "no"), times=None)
    await ask_for(slack, "shop")
    text = (await outcome_of(slack, "shop")).text
    assert text.startswith(f"Registry `shop`: error, requested by <@{company.ANA}>. Reason: Huawei Cloud refused")
    assert "none was given" not in text


# ---- what is for somebody else, or names what is none ----


def bent(body: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    payload = json.loads(parse_qs(body.decode())["payload"][0])
    change(payload)
    return urlencode({"payload": json.dumps(payload)}).encode()


async def test_what_is_signed_but_names_another_app_is_refused(bot: Service, slack: LocalSlack) -> None:
    view_id = await open_form(slack)
    body = slack.submission_body(view_id, filled_in(name="shop"))
    other = await slack.deliver_raw(bent(body, lambda payload: payload.update(api_app_id="A0ANOTHER00")))
    assert other.status == 400
    command = slack.command_body("shop").replace(company.APP_ID.encode(), b"A0ANOTHER00")
    assert (await slack.deliver_raw(command)).status == 400
    assert (await slack.deliver_raw(body)).body == ""
    await outcome_of(slack, "shop")
    assert len(slack.views) == 1


@pytest.mark.parametrize("channel", [company.BEN, "general", "<!channel>", "C0\n", company.PLATFORM])
async def test_a_form_whose_channel_is_invalid_or_another_than_slack_knows_is_refused_in_words(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, channel: str
) -> None:
    view_id = await open_form(slack)

    def change(payload: dict[str, Any]) -> None:
        payload["view"]["state"]["values"]["result_channel"]["channel"]["selected_conversation"] = channel

    delivery = await slack.deliver_raw(bent(slack.submission_body(view_id, filled_in(name="shop")), change))
    assert delivery.json["response_action"] == "errors"
    assert delivery.json["errors"] == {
        "result_channel": "That is not a channel that I can use. Choose another one from the list."
    }
    assert {call.operation for call in cloud.calls} <= {"list_all"}


async def test_an_outcome_that_something_else_than_slack_took_is_told_all_the_same(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(200, {"ok": True}))
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop")
        assert "Status: success" in words(await outcome_of(slack, "shop"))
    assert len(about(slack, "shop")) == 1
