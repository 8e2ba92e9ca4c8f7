"""Every kind of person in every place under every policy: created at once, only after an approval, or not at all.

What is expected is worked out from the rules as the documentation says them, one after the other, and by nothing of the bot.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest
import sqlalchemy as sa
from slack_sdk.web.async_client import AsyncWebClient

from bot.access.approvers import Approvers, Approving
from bot.access.denials import Denials
from bot.access.gate import Gate
from bot.access.people import People, Workspace
from bot.access.policy import AccessRules
from bot.ledger.ledger import Ledger
from bot.playground.slack import company
from bot.slack.inbound.background import Background
from bot.slack.inbound.payloads import ViewSubmission

HERE, ELSEWHERE, ASKED_IN = company.TEAM_SHOP, company.GENERAL, company.PLATFORM
OTHER_COMPANY = "T0OTHERCOMP"
ALLOWED, UNREADABLE, APPROVERS = "S0ALLOWED00", "S0UNREADABL", "S0APPROVERS"
GROUPS: tuple[tuple[str, ...], ...] = ((), (ALLOWED,), (UNREADABLE,))
Mode = Literal["never", "outside_policy", "always"]
MODES: tuple[Mode, ...] = ("never", "outside_policy", "always")
REASONS: dict[Mode, tuple[str | None, ...]] = {
    "never": (None,),
    "outside_policy": (None, "I need it"),
    "always": (None,),
}
Answer = Literal["created", "waits", "offered", "no"]


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person, and all that can be true of them."""

    id: str
    standing: Literal["member", "guest", "unknown"]
    foreign: bool
    in_group: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings, as they are written. `named`: whether ALLOWED_USERS names the person."""

    named: bool | None
    groups: tuple[str, ...]
    channels: tuple[str, ...]
    guests: bool | None
    external: bool
    approval: Mode
    approvers: tuple[str, ...]


def everybody() -> list[Somebody]:
    kinds = itertools.product(("member", "guest", "unknown"), (False, True), (False, True))
    return [Somebody(f"U0PERSON{number:03d}", *kind) for number, kind in enumerate(kinds)]  # type: ignore[arg-type]


def policies() -> Iterator[Policy]:
    kinds = itertools.product(
        (None, False, True),
        GROUPS,
        ((), (HERE,)),
        (None, False, True),
        (False, True),
        (("never", ()), *itertools.product(MODES[1:], ((APPROVERS,), (UNREADABLE,)))),
    )
    for named, groups, channels, guests, external, (approval, approvers) in kinds:
        yield Policy(named, groups, channels, guests, external, approval, approvers)


def expected(person: Somebody, channel: str, policy: Policy, *, reason: bool) -> Answer:
    # Never, whoever approves it: other companies, and guests, unless the setting lets them.
    if person.foreign and not policy.external:
        return "no"
    if person.standing == "guest" and policy.guests is not True:
        return "no"
    # What nobody can say is a no, where a setting needs it.
    if person.standing == "unknown" and policy.guests is False:
        return "no"
    some_are_named = policy.named is not None or bool(policy.groups)
    among = policy.named is True or (person.in_group and ALLOWED in policy.groups)
    if some_are_named and not among and UNREADABLE in policy.groups:
        return "no"
    outside = (some_are_named and not among) or (policy.channels != () and channel not in policy.channels)
    # Somebody else has to be there to say yes.
    somebody_can = policy.approvers == (APPROVERS,)
    if outside and (policy.approval != "outside_policy" or not somebody_can):
        return "no"
    if outside:
        return "waits" if reason else "offered"
    if policy.approval == "always":
        return "waits" if somebody_can else "no"
    return "created"


class Directory(AsyncWebClient):
    """What Slack says of everybody, without a network: thousands of questions, and none is let through by a slow answer."""

    async def users_info(self, *, user: str, **_: Any) -> Any:
        """Nobody can say who is "unknown"."""
        found = next(each for each in everybody() if each.id == user)
        if found.standing == "unknown":
            raise SlackRefused(user)
        team = OTHER_COMPANY if found.foreign else company.TEAM_ID
        return {"ok": True, "user": {"id": user, "team_id": team, "is_restricted": found.standing == "guest"}}

    async def usergroups_users_list(self, *, usergroup: str, **_: Any) -> Any:
        """Nor who is in one of the groups."""
        if usergroup == UNREADABLE:
            raise SlackRefused(usergroup)
        members = [each.id for each in everybody() if each.in_group] if usergroup == ALLOWED else [company.CHIARA]
        return {"ok": True, "users": members}

    async def conversations_info(self, *, channel: str, **_: Any) -> Any:
        """The approvers are in a channel that can be reached."""
        return {"ok": True, "channel": {"id": channel, "is_member": True}}


class SlackRefused(Exception):
    """`ok: false`."""


def sent_by(person: Somebody) -> ViewSubmission:
    body: dict[str, Any] = {
        "type": "view_submission",
        "user": {
            "id": person.id,
            "name": person.id.lower(),
            "team_id": OTHER_COMPANY if person.foreign else company.TEAM_ID,
        },
        "team": {"id": company.TEAM_ID},
        "view": {
            "id": "V1",
            "type": "modal",
            "team_id": company.TEAM_ID,
            "app_installed_team_id": company.TEAM_ID,
            "callback_id": "create_registry",
            "private_metadata": "",
            "state": {"values": {}},
        },
    }
    return ViewSubmission.model_validate(body)


@pytest.mark.parametrize("approval", MODES)
async def test_every_combination_gets_the_answer_that_the_rules_name(approval: Mode) -> None:
    client, people, background, counted = Directory(), everybody(), Background(), 0
    # Each no is written down elsewhere (tests/scenarios/test_access.py): thousands of them here are written nowhere.
    ledger = Ledger(sa.create_engine("sqlite://"))
    denials, ours = Denials(ledger=ledger, background=background), Workspace(team=company.TEAM_ID)
    for policy in (each for each in policies() if each.approval == approval):
        # One gate of everybody who is named, and one of those who are not.
        users = tuple(each.id for each in people) if policy.named else () if policy.named is None else ("U0NOBODY",)
        rules = AccessRules(
            contact="#help",
            users=users,
            groups=policy.groups,
            channels=policy.channels,
            guests=policy.guests,
            external=policy.external,
        )
        approving = Approving(ttl=60, mode=policy.approval, groups=policy.approvers, channel=ASKED_IN)
        gate = Gate(
            rules=rules,
            people=People(client, rules=rules, workspace=lambda: ours),
            workspace=lambda: ours,
            denials=denials,
            background=background,
            approving=approving,
            approvers=Approvers(client, approving=approving),
        )
        for person, channel, reason in itertools.product(people, (HERE, ELSEWHERE), REASONS[approval]):
            verdict = await gate.at_the_form(sent_by(person), channel=channel, name="shop", reason=reason)
            await background.drain(10)  # thousands of writes at once would take the next question's time
            said: Answer = "no"
            if verdict.need:
                said = "waits"
            elif verdict.offer:
                said = "offered"
            elif not verdict.denied and not verdict.obstacle:
                said = "created"
            assert said == expected(person, channel, policy, reason=reason is not None), (person, channel, policy)
            counted += 1
    assert counted == {"never": 108 * 12 * 2, "outside_policy": 216 * 12 * 4, "always": 216 * 12 * 2}[approval]
