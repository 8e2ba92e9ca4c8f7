"""The value of the message's buttons: enough of the request and its outcome to work when neither is stored any more.

A button's value has at most 2,000 characters (docs/facts/slack.md section 3). Messages keep it for years, so a key never
changes its meaning, and a missing one has a default.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.approval import NOT_APPROVED, ApprovalAnswer, Decision, Need
from bot.domain.outcomes import InDoubt, Refused
from bot.domain.registry import Created, Outcome
from bot.domain.request import Origin, Request
from bot.features.create_registry.models import RegistryRequest, RegistryToApprove, decision_about
from bot.ledger.models import Receipt

VALUE_MAX = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A request and its outcome. `looked_before`: it is known which registries existed before the call."""

    request: Request
    outcome: Outcome
    looked_before: bool


def to_value(kept: Kept) -> str | None:
    """The value for a button; None if it does not fit."""
    request, origin, asked = kept.request, kept.request.origin, kept.request.payload
    fields = {
        "id": request.id,
        "ref": request.reference,
        "at": int(request.accepted_at),
        "name": asked.name,
        "for": asked.description,
        "note": asked.note,
        "marked": asked.marked,
        "user": origin.requester,
        "called": origin.requester_name,
        "team": origin.team,
        "channel": origin.channel,
        "public": origin.public,
        "before": kept.looked_before,
        **_decision_fields(decision_about(asked)),
        "kind": kept.outcome.kind,
        **_outcome_fields(kept.outcome),
    }
    value = _json(fields)
    if len(value) > VALUE_MAX and isinstance(words := fields.get("says"), str):
        # Escaped, a character may take several: so it is cut by more than is too much.
        value = _json({**fields, "says": words[: max(0, len(words) - (len(value) - VALUE_MAX))]})
    return value if len(value) <= VALUE_MAX else None


def from_value(value: str | None) -> Kept | None:
    """The request and outcome in the value of a button of this or an earlier build; None if it cannot be read."""
    try:
        fields = json.loads(value or "")
        return Kept(request=_request(fields), outcome=_outcome(fields), looked_before=bool(fields.get("before")))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def from_receipt(receipt: Receipt, outcome: Outcome) -> Kept:
    """The request and its outcome from the ledger, which does not have the note that was sent with the description."""
    origin = Origin(
        door="home",
        requester=receipt.requester,
        requester_name=receipt.requester_name,
        team=receipt.team,
        channel=receipt.channel,
        public=receipt.public,
    )
    request = Request(
        id=receipt.id,
        reference=receipt.reference,
        origin=origin,
        payload=_approved(
            RegistryRequest(name=receipt.name, description=receipt.description),
            receipt.decided_by if receipt.code not in NOT_APPROVED else None,
            receipt.decided_at,
        ),
        accepted_at=receipt.asked_at,
    )
    return Kept(request=request, outcome=outcome, looked_before=False)


def _decision_fields(decision: Decision | None) -> dict[str, Any]:
    return {"yes": [decision.by, int(decision.at)]} if decision is not None and decision.by else {}


def _outcome_fields(outcome: Outcome) -> dict[str, Any]:
    trace = {"trace": outcome.trace_id}
    if isinstance(outcome, Created):
        found = {"found": outcome.confirmed_by_lookup, "traced": outcome.trace_of_lookup}
        return {**trace, **found, "address": outcome.address}
    return {**trace, "code": outcome.code, "says": outcome.message, "http": outcome.status}


def _request(fields: Mapping[str, Any]) -> Request:
    return Request(
        id=fields["id"],
        reference=fields["ref"],
        origin=Origin(
            door="command",
            requester=fields["user"],
            requester_name=fields.get("called", ""),
            team=fields.get("team", ""),
            channel=fields["channel"],
            public=fields.get("public", False),
        ),
        payload=_approved(
            RegistryRequest(
                name=fields["name"],
                description=fields.get("for"),
                note=fields.get("note"),
                marked=fields.get("marked", False),
            ),
            *fields.get("yes", (None, None)),
        ),
        accepted_at=float(fields.get("at", 0)),
    )


def _approved(asked: RegistryRequest, by: str | None, at: float | None) -> RegistryRequest:
    """The same, as somebody has approved it."""
    if by is None or at is None:
        return asked
    decision = Decision(answer=ApprovalAnswer.APPROVED, at=float(at), by=by)
    return replace(RegistryToApprove.of(asked, Need(until=float(at))), decision=decision)


def _outcome(fields: Mapping[str, Any]) -> Outcome:
    if fields["kind"] == "created":
        return Created(
            trace_id=fields.get("trace"),
            confirmed_by_lookup=fields.get("found", False),
            trace_of_lookup=fields.get("traced", False),
            address=fields.get("address"),
        )
    failure = Refused if fields["kind"] == "refused" else InDoubt
    return failure(
        code=fields["code"], message=fields.get("says"), trace_id=fields.get("trace"), status=fields.get("http")
    )


def _json(fields: Mapping[str, Any]) -> str:
    kept = {key: value for key, value in fields.items() if value not in (None, "", False)}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
