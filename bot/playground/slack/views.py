"""A view as Slack stores and returns it: with generated ids, a hash that changes, and the values entered in it."""

import secrets
from collections.abc import Mapping
from typing import Any

from bot.playground.slack import company
from bot.playground.slack.blocks import elements_of

HOME_TITLE = {"type": "plain_text", "text": "View Title", "emoji": True}  # what Slack returns for every Home tab


def as_slack_shows(definition: Mapping[str, Any], *, view_id: str, root: str, previous: str | None) -> dict[str, Any]:
    """The dict in answers and payloads; nothing has been entered yet."""
    return {
        "id": view_id,
        "team_id": company.TEAM_ID,
        "app_id": company.APP_ID,
        "app_installed_team_id": company.TEAM_ID,
        "bot_id": company.BOT_ID,
        "title": HOME_TITLE,
        "submit": None,
        "close": None,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        **definition,
        "blocks": [with_ids(block) for block in definition["blocks"]],
        "state": {"values": {}},
        "hash": f"{secrets.token_hex(4)}.{secrets.token_hex(4)}",
        "root_view_id": root,
        "previous_view_id": previous,
    }


def with_ids(block: Mapping[str, Any]) -> dict[str, Any]:
    """The block, with the ids that Slack generates for those that are missing."""
    named = {**block, "block_id": block.get("block_id") or secrets.token_urlsafe(4)}
    for key in ("element", "accessory"):
        if key in named and named[key]["type"] != "image":
            named[key] = {"action_id": secrets.token_urlsafe(4), **named[key]}
    if named["type"] == "actions":
        named["elements"] = [{"action_id": secrets.token_urlsafe(4), **element} for element in named["elements"]]
    return named


def surviving(entered: Mapping[str, Mapping[str, Any]], blocks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The entered values that are kept when these blocks replace others: those with the same two ids as before.

    docs/facts/slack.md section 2.
    """
    there = {(block["block_id"], element.get("action_id")) for block in blocks for element in elements_of(block)}
    kept: dict[str, dict[str, Any]] = {}
    for block_id, values in entered.items():
        for action_id, value in values.items():
            if (block_id, action_id) in there:
                kept.setdefault(block_id, {})[action_id] = value
    return kept
