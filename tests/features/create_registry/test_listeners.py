"""What is answered to the command and to the form, and what is handed over to be stored."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import pytest

from bot.domain.description_note import DescriptionNote
from bot.domain.request import Origin, Request
from bot.errors import AlreadyUnderWay, NotSaved
from bot.features.contract import Platform
from bot.features.create_registry import form, name_index
from bot.features.create_registry.listeners import AcceptForm, OpenForm
from bot.features.create_registry.models import RegistryRequest
from bot.features.create_registry.name_index import NameIndex
from bot.playground.slack import company
from bot.playground.slack.modals import checked_view, show
from bot.playground.slack.server import LocalSlack
from bot.slack.inbound.answers import Accept, ShowErrors
from bot.slack.inbound.payloads import Command, ViewSubmission, read_payload
from tests.features.create_registry.samples import form_of
from tests.support.gates import open_gate
from tests.support.people import filled_in

REFERENCE = re.compile(r"R-[0-9A-Z]{5}")


# ---- the command ----


def command(slack: LocalSlack, text: str) -> Command:
    read = read_payload(dict(parse_qsl(slack.command_body(text).decode(), keep_blank_values=True)))
    assert isinstance(read, Command)
    return read


@pytest.mark.parametrize("text", ["", "shop", "  shop  ", "help me", "Team Shop!"])
async def test_any_other_text_opens_the_form_that_it_fills_in(slack: LocalSlack, platform: Platform, text: str) -> None:
    template = form.Form(region="af-south-1", note=None)
    handle = OpenForm(forms=platform.forms, names=NameIndex(None), gate=open_gate(), template=template)
    assert await handle(command(slack, text)) == Accept()
    await slack.wait_for(lambda: bool(slack.views))
    (opened,) = slack.views.values()
    expected = form_of(typed=text.strip(), region="af-south-1", public_channel=company.TEAM_SHOP)
    assert opened.user == company.ANA
    assert texts(opened.view["blocks"]) == texts(expected["blocks"])


def texts(node: Any) -> list[str]:
    """Everything that can be read in a form, the filled-in name included."""
    if isinstance(node, list):
        return [text for each in node for text in texts(each)]
    if not isinstance(node, dict):
        return []
    own = [node[key] for key in ("text", "initial_value") if isinstance(node.get(key), str)]
    return own + [text for each in node.values() for text in texts(each)]


# ---- the form ----


def submission(
    slack: LocalSlack, *, user: str = company.ANA, public_channel: str | None = None, **fields: Any
) -> ViewSubmission:
    """What Slack sends when the form is submitted, required fields or not."""
    view = checked_view(slack.workspace, form_of(typed="", region="x", public_channel=public_channel))
    opened = show(slack.workspace, view, user=user, channel=company.TEAM_SHOP)
    body = slack.submission_body(opened.id, filled_in(**fields))
    read = read_payload(json.loads(parse_qs(body.decode())["payload"][0]))
    assert isinstance(read, ViewSubmission)
    return read


class Storage:
    """What the handler hands over, and what becomes of it."""

    def __init__(self, becomes: Callable[[Request], Request] = lambda request: request) -> None:
        self.handed_over: list[tuple[str, Request]] = []
        self._becomes = becomes

    async def accept(self, workflow: str, request: Request) -> Request:
        self.handed_over.append((workflow, request))
        return self._becomes(request)

    async def find(self, request_id: str) -> Request | None:
        return next((request for _, request in self.handed_over if request.id == request_id), None)


def failing(error: Exception) -> Storage:
    def becomes(_request: Request) -> Request:
        raise error

    return Storage(becomes)


def accept_form(storage: Storage, *, names: NameIndex | None = None, note: DescriptionNote | None = None) -> AcceptForm:
    return AcceptForm(
        accept=storage.accept,
        find=storage.find,
        names=names or NameIndex(None),
        note=note,
        gate=open_gate(),
        template=form.Form(region="af-south-1", note=note),
    )


async def test_the_form_closes_with_a_request_that_says_who_wants_what_and_where(slack: LocalSlack) -> None:
    storage = Storage()
    sent = submission(slack, name=" shop ", description="ours", channel=company.PLATFORM)
    assert await accept_form(storage)(sent) == Accept()

    ((workflow, request),) = storage.handed_over
    assert workflow == "create_registry"
    assert request.id == f"{company.TEAM_ID}-{sent.view.id}"
    assert request.payload == RegistryRequest(name="shop", description="ours")
    assert request.origin == Origin(
        door="command",
        requester=company.ANA,
        requester_name="ana",
        team=company.TEAM_ID,
        channel=company.PLATFORM,
        response_url=sent.response_urls[0].response_url,
    )
    assert REFERENCE.fullmatch(request.reference)


async def test_two_submissions_of_one_form_are_one_request_with_one_reference(slack: LocalSlack) -> None:
    storage = Storage()
    sent = submission(slack, name="shop")
    for _ in range(2):
        await accept_form(storage)(sent)
    (_, first), (_, second) = storage.handed_over
    assert first.id == second.id
    assert first.reference == second.reference


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name": "Team Shop!"}, {"registry_name": "“Team Shop!” has a space and a “!”. Try “Team-Shop”."}),
        ({"name": ""}, {"registry_name": "The registry needs a name. Try “team-shop”."}),
        (
            {"name": "shop", "description": "a\x07b"},
            {"registry_description": "The description has a hidden character (U+0007). Try: ab"},
        ),
        (
            {"name": "/", "description": "a\x07b"},
            {
                "registry_name": "“/” has a “/”. Use letters (a-z, A-Z), digits, dots, - and _, for example “team-shop”.",
                "registry_description": "The description has a hidden character (U+0007). Try: ab",
            },
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("somewhere", [True, False])
async def test_each_broken_rule_is_told_at_its_own_block_and_nothing_is_handed_over(
    slack: LocalSlack, typed: dict[str, Any], wrong: dict[str, str], somewhere: bool
) -> None:
    storage = Storage()
    sent = submission(slack, **typed)
    if not somewhere:
        sent.view.state.values.pop("result_channel")
        wrong = {**wrong, "result_channel": "Choose where the result should be posted."}
    assert await accept_form(storage)(sent) == ShowErrors(errors=wrong)
    assert storage.handed_over == []


async def test_a_form_without_a_channel_is_told_so_at_that_block(slack: LocalSlack) -> None:
    storage = Storage()
    sent = submission(slack, name="shop")
    sent.view.state.values.pop("result_channel")
    answer = await accept_form(storage)(sent)
    assert answer == ShowErrors(errors={"result_channel": "Choose where the result should be posted."})
    assert storage.handed_over == []


NOT_A_CHANNEL = "That is not a channel that I can use. Choose another one from the list."


@pytest.mark.parametrize(
    "channel", [company.BEN, "general", "#general", "<!channel>", "C0GENERAL00\n", "c0general00", "C0", "X0GENERAL00"]
)
@pytest.mark.parametrize("with_url", [True, False])
async def test_what_is_no_conversation_is_refused_in_words_at_that_block(
    slack: LocalSlack, caplog: pytest.LogCaptureFixture, channel: str, with_url: bool
) -> None:
    storage = Storage()
    sent = submission(slack, name="shop", channel=company.GENERAL)
    element = sent.view.state.values["result_channel"]["channel"]
    sent.view.state.values["result_channel"]["channel"] = element.model_copy(update={"selected_conversation": channel})
    given = [sent.response_urls[0].model_copy(update={"channel_id": channel})] if with_url else []
    answer = await accept_form(storage)(sent.model_copy(update={"response_urls": given}))
    assert answer == ShowErrors(errors={"result_channel": NOT_A_CHANNEL})
    assert storage.handed_over == []
    assert "a form was refused" in caplog.text


async def test_a_channel_for_which_slack_gave_no_response_url_is_refused_where_it_gave_another(
    slack: LocalSlack,
) -> None:
    storage = Storage()
    sent = submission(slack, name="shop", channel=company.GENERAL)
    other = [sent.response_urls[0].model_copy(update={"channel_id": company.PLATFORM})]
    answer = await accept_form(storage)(sent.model_copy(update={"response_urls": other}))
    assert answer == ShowErrors(errors={"result_channel": NOT_A_CHANNEL})
    assert storage.handed_over == []


@pytest.mark.parametrize(
    ("typed_in", "chosen", "public"),
    [
        (company.GENERAL, company.GENERAL, True),
        (company.GENERAL, company.PLATFORM, False),
        (None, company.GENERAL, False),
    ],
)
async def test_a_channel_is_public_where_the_command_came_from_it_and_slack_says_so(
    slack: LocalSlack, typed_in: str | None, chosen: str, public: bool
) -> None:
    storage = Storage()
    await accept_form(storage)(submission(slack, name="shop", channel=chosen, public_channel=typed_in))
    assert [request.origin.public for _, request in storage.handed_over] == [public]


BEN_FIRST = AlreadyUnderWay(requester=company.BEN, requester_name="ben", since=time.time() + 10_000)
NOBODY_KNOWN_FIRST = AlreadyUnderWay(requester=company.BEN, requester_name="", since=time.time() + 10_000)
ANA_FIRST = AlreadyUnderWay(requester=company.ANA, requester_name="ana", since=time.time() + 10_000)
BEN_LONG_AGO = AlreadyUnderWay(requester=company.BEN, requester_name="ben", since=1.0)
ANA_LONG_AGO = AlreadyUnderWay(requester=company.ANA, requester_name="ana", since=1.0)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (BEN_FIRST, r"@ben asked for “shop” first, and it is being created now\. Try “shop-2”\."),
        (NOBODY_KNOWN_FIRST, r"Somebody asked for “shop” first, and it is being created now\. Try “shop-2”\."),
        (ANA_FIRST, r"You already asked for “shop”, and it is being created now\. For another one, try “shop-2”\."),
        (BEN_LONG_AGO, r"@ben asked for “shop” first, and it is not known yet whether it was created\. Try “shop-2”\."),
        (ANA_LONG_AGO, r"You already asked for “shop”, and it is not known yet whether .* one, try “shop-2”\."),
        (
            NotSaved("slow", in_doubt=True),
            r"Your request may not have been saved: .* Press “Create registry” again: .*",
        ),
        (NotSaved("full", in_doubt=False), r"Your request was not accepted and nothing was created: .* R-\w{5}\."),
    ],
    ids=[
        "another's",
        "a nameless one's",
        "one's own",
        "another's in doubt",
        "one's own in doubt",
        "in doubt",
        "not saved",
    ],
)
async def test_what_could_not_be_stored_is_told_at_the_name(slack: LocalSlack, trouble: Exception, said: str) -> None:
    answer = await accept_form(failing(trouble))(submission(slack, name=" shop "))
    assert isinstance(answer, ShowErrors)
    assert list(answer.errors) == ["registry_name"]
    assert re.fullmatch(said, answer.errors["registry_name"])


async def test_the_reference_of_a_request_that_was_not_saved_is_in_the_log_beside_the_cause(
    slack: LocalSlack, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await accept_form(failing(NotSaved("disk full", in_doubt=False)))(submission(slack, name="shop"))
    assert isinstance(answer, ShowErrors)
    (record,) = [record for record in caplog.records if "disk full" in record.getMessage()]
    assert record.reference in answer.errors["registry_name"]  # type: ignore[attr-defined]


# ---- a second press ----


def stored_as(**origin: Any) -> Callable[[Request], Request]:
    """An earlier press was stored: the same request, with other words or another channel."""

    def becomes(request: Request) -> Request:
        payload = origin.get("payload", request.payload)
        earlier = Origin(
            door="command",
            requester=request.origin.requester,
            team=request.origin.team,
            channel=origin.get("channel", request.origin.channel),
        )
        return Request(id=request.id, reference="R-22222", origin=earlier, payload=payload, accepted_at=1.0)

    return becomes


async def test_a_second_press_with_the_same_words_closes_the_form(slack: LocalSlack) -> None:
    storage = Storage(stored_as())
    assert await accept_form(storage)(submission(slack, name="shop")) == Accept()


@pytest.mark.parametrize(
    "earlier",
    [
        {"payload": RegistryRequest(name="first-press")},
        {"payload": RegistryRequest(name="first-press", description="other words"), "channel": company.GENERAL},
    ],
    ids=str,
)
async def test_a_second_press_with_other_words_is_told_what_the_first_one_started(
    slack: LocalSlack, earlier: dict[str, Any]
) -> None:
    storage = Storage(stored_as(**earlier))
    answer = await accept_form(storage)(submission(slack, name="shop"))
    assert isinstance(answer, ShowErrors)
    assert "the registry “first-press” is being created" in answer.errors["registry_name"]
    assert "/create-registry" in answer.errors["registry_name"]


async def test_a_second_press_for_another_channel_is_told_so_too(slack: LocalSlack) -> None:
    storage = Storage(stored_as(channel=company.GENERAL))
    answer = await accept_form(storage)(submission(slack, name="shop"))
    assert isinstance(answer, ShowErrors)
    assert "the registry “shop” is being created" in answer.errors["registry_name"]


# ---- a name that is taken in the cloud ----


class Names:
    """Names as the list call shows them; “reads” counts how often it was read."""

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self.reads = 0

    async def read(self) -> list[str]:
        self.reads += 1
        return self.names


async def index_of(*names: str) -> tuple[NameIndex, Names]:
    source = Names(*names)
    index = NameIndex(source.read)
    index.refresh_soon()
    await asyncio.sleep(0)
    return index, source


@pytest.mark.parametrize("typed", ["Payments", "payments", "PAYMENTS"])
async def test_a_taken_name_is_told_in_the_form_as_it_is_spelt_with_one_that_is_free(
    slack: LocalSlack, typed: str
) -> None:
    storage = Storage()
    names, _ = await index_of("Payments", "payments-2", "Payments-3")
    answer = await accept_form(storage, names=names)(submission(slack, name=typed))
    said = "A registry called “Payments” already exists. Try “Payments-4”, or ask the person who made it for access."
    assert answer == ShowErrors(errors={"registry_name": said})
    assert storage.handed_over == []


async def test_a_second_press_of_a_form_whose_registry_exists_by_now_closes_it(slack: LocalSlack) -> None:
    storage, (names, _) = Storage(), await index_of()
    accept, sent = accept_form(storage, names=names), submission(slack, name="shop")
    assert await accept(sent) == Accept()
    names.add("shop")
    assert await accept(sent) == Accept()
    assert len(storage.handed_over) == 1
    assert isinstance(await accept(submission(slack, name="shop")), ShowErrors)


async def test_a_name_that_is_taken_by_the_index_alone_is_free_at_the_next_press(
    slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_index, "_FRESH_SECONDS", 0.0)
    storage, (names, source) = Storage(), await index_of("shop")
    source.names.clear()
    assert isinstance(await accept_form(storage, names=names)(submission(slack, name="shop")), ShowErrors)
    await asyncio.sleep(0)
    assert await accept_form(storage, names=names)(submission(slack, name="shop")) == Accept()


# ---- the operator's note ----

NOTE = DescriptionNote(template="by {requester}, {reference}")


async def test_the_note_is_added_to_the_description_with_the_reference_of_the_request(slack: LocalSlack) -> None:
    storage = Storage()
    await accept_form(storage, note=NOTE)(submission(slack, name="shop", description="ours"))
    ((_, request),) = storage.handed_over
    assert request.payload.sent_description == f"ours · by ana, {request.reference}"
    assert request.payload.marked
    assert request.payload.description == "ours"


async def test_the_form_shows_the_note_and_leaves_so_much_less_room(slack: LocalSlack, platform: Platform) -> None:
    handle = OpenForm(
        forms=platform.forms, names=NameIndex(None), gate=open_gate(), template=form.Form(region="x", note=NOTE)
    )
    await handle(command(slack, ""))
    await slack.wait_for(lambda: bool(slack.views))
    (opened,) = slack.views.values()
    (description,) = (each for each in opened.view["blocks"] if each.get("block_id") == "registry_description")
    room = 200 - len(" · by ana, R-?????")
    assert description["element"]["max_length"] == room
    assert description["hint"]["text"].startswith(f"Up to {room} characters.")
    assert description["hint"]["text"].endswith("This is added to it: by ana, R-?????")


async def test_description_and_note_have_to_fit_together(slack: LocalSlack) -> None:
    storage = Storage()
    room = 200 - len(" · by ana, R-?????")
    sent = submission(slack, name="shop", description="d" * room)
    assert await accept_form(storage, note=NOTE)(sent) == Accept()
    assert len(storage.handed_over[0][1].payload.sent_description) == 200
    answer = await accept_form(storage, note=NOTE)(submission(slack, name="shop", description="d" * (room + 1)))
    assert isinstance(answer, ShowErrors)
    assert f"{room + 1} characters (the limit is {room})" in answer.errors["registry_description"]
