"""Requests of this feature, as its tests need them."""

import time
from typing import Any

from bot.domain.request import Origin, Request
from bot.features.create_registry import form, opened
from bot.features.create_registry.audience import EVERYBODY_HERE, Audience
from bot.features.create_registry.models import RegistryRequest
from bot.playground.slack import company


def request_of(*, name: str = "team-shop", description: str | None = "ours", **origin: Any) -> Request:
    """A request of Ana's for #team-shop; `origin` are fields of `Origin` with other values."""
    usual: dict[str, Any] = {
        "door": "command",
        "requester": company.ANA,
        "requester_name": "ana",
        "team": company.TEAM_ID,
        "channel": company.TEAM_SHOP,
    }
    return Request(
        id="T0-V0",
        reference="R-7K2F9",
        origin=Origin(**(usual | origin)),
        payload=RegistryRequest(name=name, description=description),
        accepted_at=time.time(),
    )


def form_of(
    *,
    typed: str = "",
    region: str = "ap-southeast-3",
    note: str | None = None,
    audience: Audience = EVERYBODY_HERE,
    public_channel: str | None = None,
) -> dict[str, Any]:
    """The form as the command opens it."""
    where = opened.Opened(public_channel=public_channel)
    return form.build(form.Form(region=region, audience=audience), form.Filled(typed=typed), where, note=note)
