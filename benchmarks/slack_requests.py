"""Signed requests of Slack as bytes, ready to be written to a socket.

Shapes: facts/slack.md sections 1, 4 and 7. The form is the bot's own, as Slack sends it back.
"""

import hashlib
import hmac
import json
import time
from typing import Any, Literal
from urllib.parse import urlencode

from benchmarks.stand_ins import FILLED, FILLED_LEAST, NAME, SLOW_PREFIX, TRIGGER
from bot.features.create_registry import form

SIGNING_SECRET = "the-benchmarks-signing-secret"
COMMAND = "/create-registry"
TEAM, CHANNEL, PERSON = "T0BENCH", "C0BENCH", "U0BENCH"
VISITOR = "U0VISIT"  # asks about requests; made none but those that a ledger was filled with

Kind = Literal["command", "status", "list", "home", "submission", "slow submission"]

_RESPONSE_URL = "http://127.0.0.1:9/response/"  # nobody needs it here


def signed(kind: Kind, number: int) -> bytes:
    """The request of that number, signed now (Slack's signatures are good for five minutes)."""
    body, content = _body(kind, number)
    stamp = str(int(time.time()))
    digest = hmac.digest(SIGNING_SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hex()
    return (
        "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Slackbot 1.0 (benchmarks)\r\n"
        f"Accept: application/json,*/*\r\nContent-Type: application/{content}\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={digest}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _body(kind: Kind, number: int) -> tuple[str, str]:
    """The body, and what it is."""
    match kind:
        case "home":
            return json.dumps(_visit(number)), "json"
        case "submission" | "slow submission":
            return urlencode({"payload": json.dumps(_submission(kind, number))}), "x-www-form-urlencoded"
        case "status":
            text = f"status {FILLED.format(number=2 * (number % (FILLED_LEAST // 2) + 1))}"
        case "list":
            text = "list"
        case _:
            text = NAME.format(number=number)
    person = VISITOR if kind in {"status", "list"} else PERSON
    return urlencode(_command(number, text, person)), "x-www-form-urlencoded"


def _visit(number: int) -> dict[str, Any]:
    """facts/slack.md section 0: an event of the Events API."""
    event = {
        "type": "app_home_opened",
        "user": VISITOR,
        "channel": "D0BENCH",
        "tab": "home",
        "event_ts": "1700000000.1",
    }
    return {
        "type": "event_callback",
        "token": "deprecated",
        "team_id": TEAM,
        "api_app_id": "A0BENCH",
        "event": event,
        "event_id": f"Ev{number:010d}",
        "event_time": int(time.time()),
    }


def _command(number: int, text: str, person: str) -> dict[str, str]:
    return {
        "token": "deprecated",
        "team_id": TEAM,
        "team_domain": "bench",
        "channel_id": CHANNEL,
        "channel_name": "team-shop",
        "user_id": person,
        "user_name": "ana",
        "command": COMMAND,
        "text": text,
        "api_app_id": "A0BENCH",
        "is_enterprise_install": "false",
        "response_url": _RESPONSE_URL + str(number),
        "trigger_id": TRIGGER.format(number=number),
    }


def _submission(kind: Kind, number: int) -> dict[str, Any]:
    name = (SLOW_PREFIX if kind == "slow submission" else "") + NAME.format(number=number)
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "bench"},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": PERSON, "username": "ana", "name": "ana", "team_id": TEAM},
        "api_app_id": "A0BENCH",
        "token": "deprecated",
        "trigger_id": TRIGGER.format(number=number),
        "view": _view(number, name),
        "response_urls": [
            {
                "block_id": form.CHANNEL_BLOCK,
                "action_id": form.CHANNEL_ACTION,
                "channel_id": CHANNEL,
                "response_url": _RESPONSE_URL + str(number),
            }
        ],
    }


def _view(number: int, name: str) -> dict[str, Any]:
    return {
        "id": f"V{number:010d}",
        "team_id": TEAM,
        "app_id": "A0BENCH",
        "app_installed_team_id": TEAM,
        "bot_id": "B0BENCH",
        "private_metadata": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "hash": "1700000000.abcdef",
        "root_view_id": f"V{number:010d}",
        "previous_view_id": None,
        **form.build(form.Form(region="ap-southeast-3"), form.Filled(typed=name)),
        "state": {
            "values": {
                form.NAME_BLOCK: {form.NAME_ACTION: {"type": "plain_text_input", "value": name}},
                form.DESCRIPTION_BLOCK: {
                    form.DESCRIPTION_ACTION: {"type": "plain_text_input", "value": "Images of the shop's services"}
                },
                form.CHANNEL_BLOCK: {
                    form.CHANNEL_ACTION: {"type": "conversations_select", "selected_conversation": CHANNEL}
                },
            }
        },
    }
