"""The form: what is built is what Slack shows, and what comes back is read as it was typed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.news import NewsChannel
from bot.errors import InvalidRequest
from bot.features.create_registry import form, opened
from bot.features.create_registry.audience import Audience
from bot.features.create_registry.rules import validate
from bot.playground.slack.blocks import problems_of_view
from bot.playground.slack.modals import LARGEST_VIEW, checked_view
from bot.playground.slack.records import OpenView
from bot.playground.slack.view_state import filled_in
from bot.playground.slack.workspace import Workspace
from bot.slack.inbound.payload_parts import ViewState
from tests.features.create_registry.samples import form_of

NASTY = [
    "",
    "team-shop",
    "x" * 20,
    "x" * 3000,
    "🚀" * 3000,
    "<!channel> <@U0ANALIND00> <http://x|y>",
    "`a` *b* _c_ ~d~ :tada:",
    "\u202eevil\u202c \u200f\u0627",
    "two\nlines\ttab",
    "\ud83d",
    "&lt;&amp;",
    "\x00",
]


def blocks(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block for block in view["blocks"] if "block_id" in block}


@pytest.mark.parametrize("typed", NASTY, ids=ascii)
@pytest.mark.parametrize("region", ["ap-southeast-3", "cn-southwest-2", "r" * 200])
def test_the_form_is_within_slacks_limits_whatever_was_typed_after_the_command(typed: str, region: str) -> None:
    view = form_of(typed=typed, region=region)
    assert problems_of_view(view) == []
    assert len(repr(view)) < LARGEST_VIEW / 10


@given(typed=st.text(max_size=400))
def test_any_text_gives_a_form_that_slack_opens_with_a_name_that_would_be_accepted(typed: str) -> None:
    view = form_of(typed=typed, region="ap-southeast-3")
    assert problems_of_view(view) == []
    prefilled = blocks(view)["registry_name"]["element"].get("initial_value")
    lines = len([block for block in view["blocks"] if block["type"] == "section"])
    if prefilled is not None:
        assert validate(name=prefilled, description=None).name == prefilled
    # The prefill and the form's own rules agree: what would be accepted as typed is filled in as typed, and no line is added.
    assert (lines == 1) == (prefilled == (typed.strip() or None))
    try:
        assert validate(name=typed, description=None).name == prefilled
    except InvalidRequest as refused:
        (violation,) = refused.violations
        assert prefilled == (violation.params["suggestion"] if typed.strip() else None)


@pytest.mark.parametrize("typed", ["....", "-", "_._", "团队镜像", "🚀🚀🚀"])
def test_where_nothing_usable_was_typed_the_field_is_empty_and_a_line_says_why(typed: str) -> None:
    view = form_of(typed=typed, region="x")
    assert "initial_value" not in blocks(view)["registry_name"]["element"]
    assert view["blocks"][1]["text"]["text"] == (
        f"What you typed ({typed}) cannot be a name: a name needs at least one letter (a-z, A-Z) or digit."
    )


@pytest.mark.parametrize("typed", ["team-", "_base", "a", "x" * 20])
def test_a_legal_name_is_filled_in_as_it_was_typed_and_nothing_is_said(typed: str) -> None:
    view = form_of(typed=typed, region="x")
    assert blocks(view)["registry_name"]["element"]["initial_value"] == typed
    assert view["blocks"][1]["type"] == "input"


def test_a_long_text_is_cut_at_a_word() -> None:
    view = form_of(typed="Unser Team Bilder fuer alle Dienste", region="x")
    assert blocks(view)["registry_name"]["element"]["initial_value"] == "Unser-Team-Bilder"


def test_the_ids_are_those_of_the_forms_that_are_open_while_a_new_build_is_rolled_out() -> None:
    view = form_of(typed="", region="x")
    assert view["callback_id"] == "create_registry"
    assert {block_id: block["element"]["action_id"] for block_id, block in blocks(view).items()} == {
        "registry_name": "name",
        "registry_description": "description",
        "result_channel": "channel",
    }


def test_the_name_has_the_focus_a_hint_and_the_limit_and_the_description_is_optional() -> None:
    parts = blocks(form_of(typed="", region="x"))
    name, description, channel = parts.values()
    assert name["element"]["focus_on_load"]
    assert name["element"]["max_length"] == 20
    assert "at least one letter or digit" in name["hint"]["text"]
    assert (name["optional"], description["optional"], channel["optional"]) == (False, True, False)
    assert description["element"]["multiline"]
    assert description["element"]["max_length"] == 200
    assert channel["element"]["response_url_enabled"]
    assert channel["element"]["default_to_current_conversation"]


def select(view: dict[str, Any]) -> dict[str, Any]:
    element: dict[str, Any] = blocks(view)["result_channel"]["element"]
    return element


def test_only_channels_of_the_own_company_can_be_chosen() -> None:
    assert select(form_of(typed="", region="x"))["filter"] == {
        "include": ["public", "private"],
        "exclude_bot_users": True,
        "exclude_external_shared_channels": True,
    }


def test_channels_shared_with_other_companies_can_be_chosen_where_that_is_allowed() -> None:
    allowed = form_of(typed="", region="x", audience=Audience(shared_channels=True))
    assert select(allowed)["filter"]["exclude_external_shared_channels"] is False
    assert select(allowed)["filter"]["include"] == ["public", "private"]


def said(view: dict[str, Any]) -> str:
    return "".join(block["text"]["text"] for block in view["blocks"] if block["type"] == "section")


def test_the_form_says_in_one_sentence_what_it_does_where_who_will_see_it_and_that_it_cannot_be_renamed() -> None:
    words = said(form_of(typed="", region="ap-southeast-3"))
    assert words == (
        "This creates a Docker registry, which cannot be renamed, in Huawei Cloud CodeArts Artifact (ap-southeast-3); "
        "everyone in the channel you choose will see it with your name, its description and its address."
    )


NEWS = tuple(map(NewsChannel.parse, ("C0PLAT", "C0SEC:problems", "C0SHOP:shop-*")))


def test_the_sentence_names_each_further_channel_and_when_it_hears_of_it() -> None:
    words = said(form_of(typed="", region="x", audience=Audience(notify=NEWS), public_channel="C0HERE"))
    assert words.endswith(
        " its address, and the result is also posted in <#C0PLAT>, in <#C0SEC> if it fails and in <#C0SHOP> if the registry's "
        "name matches that channel's filter, with your name and the registry's only if you choose <#C0HERE>."
    )
    assert words.count(".") == 1


def test_where_nothing_is_certainly_public_nobody_is_promised_a_name() -> None:
    words = said(form_of(typed="", region="x", audience=Audience(notify=NEWS)))
    assert words.endswith(
        ", and the result is also posted in <#C0PLAT> and in <#C0SEC> if it fails, there without your name and the "
        "registry's."
    )


@pytest.mark.parametrize("count", [1, 99, 100, 101, 1000])
def test_any_number_of_further_channels_is_named_within_slacks_limits(count: int) -> None:
    notify = tuple(f"C{number:010d}" for number in range(count))
    view = form_of(
        typed="",
        region="x",
        audience=Audience(notify=tuple(NewsChannel(channel=each) for each in notify)),
        public_channel="C0HERE",
    )
    assert problems_of_view(view) == []
    assert all(f"<#{channel}>" in said(view) for channel in notify)


@pytest.mark.parametrize(
    "kept", ["", "null", "[]", "{}", "C1", '{"public_channel": null}', '{"public_channel": "C2"}', "{"]
)
def test_a_form_that_does_not_say_so_was_not_opened_in_a_public_channel(kept: str) -> None:
    assert opened.read(kept).public_channel != "C1"


def test_a_form_remembers_the_public_channel_in_which_it_was_asked_for() -> None:
    kept = form_of(typed="", region="x", public_channel="C1")["private_metadata"]
    assert opened.read(kept).public_channel == "C1"
    assert opened.read(kept).public_channel != "C2"


@pytest.mark.parametrize("typed", [text for text in NASTY if text], ids=ascii)
def test_nothing_in_the_form_is_markup(typed: str) -> None:
    def kinds(node: Any) -> set[str]:
        if isinstance(node, list):
            return {kind for each in node for kind in kinds(each)}
        if not isinstance(node, dict):
            return set()
        return {node.get("type", "")} | {kind for each in node.values() for kind in kinds(each)}

    view = form_of(typed=typed, region="x")
    assert kinds(view) <= {
        *("modal", "section", "input", "plain_text", "plain_text_input", "conversations_select", ""),
    }


def submitted(values: dict[str, Any]) -> ViewState:
    """What Slack would send: the local Slack's own state of the form."""
    workspace = Workspace(clock=lambda: 0.0, changed=lambda: None, base_url=str, channel_rate=None)
    definition = checked_view(workspace, form_of(typed="", region="x"))
    opened = OpenView(id="V1", view=definition, user="U1", channel="C1")
    return ViewState.model_validate({"values": filled_in(opened, values)})


@given(name=st.text(min_size=1), description=st.text(min_size=1))
def test_what_was_typed_comes_back_as_it_was(name: str, description: str) -> None:
    values = {
        "registry_name": {"name": name},
        "registry_description": {"description": description},
        "result_channel": {"channel": "C2"},
    }
    assert form.parse(submitted(values)) == form.FormInput(name=name, description=description, channel="C2")


def test_an_untouched_form_has_nothing_typed_and_the_channel_of_the_command() -> None:
    assert form.parse(submitted({})) == form.FormInput(name=None, description=None, channel="C1")


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"registry_name": {}},
        {"registry_name": {"name": {"type": "plain_text_input", "value": None}}},
        {"registry_name": {"name": {"type": "plain_text_input"}}},
        {"result_channel": {"channel": {"type": "conversations_select", "selected_conversation": None}}},
        {"something_new": {"later": {"type": "checkboxes", "selected_options": []}}},
    ],
    ids=str,
)
def test_an_element_that_is_null_or_left_out_is_nothing_typed(values: dict[str, Any]) -> None:
    state = ViewState.model_validate({"values": values})
    assert form.parse(state) == form.FormInput(name=None, description=None, channel=None)


def test_every_field_that_a_rule_can_break_has_a_block_of_the_form() -> None:
    inputs = {block_id for block_id, block in blocks(form_of(typed="", region="x")).items() if "element" in block}
    assert set(form.FIELD_BLOCKS.values()) == inputs
    assert set(form.FIELD_BLOCKS) == {"name", "description", "channel"}
