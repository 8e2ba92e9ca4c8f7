"""Who may ask for a registry, from where: one pure function over what is known and what is set.

Each rule stands by itself: whoever is named in ALLOWED_USERS still has to be a full member. What a rule needs to know and
nobody can say is a no, never a yes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class AccessRule(StrEnum):
    """The rules, in the order in which a no is given."""

    WORKSPACE = "workspace"  # what was sent belongs to another workspace
    EXTERNAL = "external"
    GUEST = "guest"
    PERSON = "person"
    CHANNEL = "channel"
    HOUR = "hour"  # held by the ledger, not by this module


class MemberStatus(StrEnum):
    """What Slack says a person is. `WITHHELD`: the app may not ask; `UNKNOWN`: nobody has said yet, or Slack does not."""

    MEMBER = "member"
    GUEST = "guest"
    WITHHELD = "withheld"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRules:
    """The settings. `guests` unset: whoever Slack calls a guest may not; whom Slack does not call anything is a member.

    `users`, `groups` (of users) and `channels` are Slack's ids; none: no such rule. `contact` is whom people may ask.
    """

    contact: str
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    guests: bool | None = None
    external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks. `foreign`: of another company. `in_group`: a member of one of the groups; None where nobody can say."""

    id: str
    foreign: bool = False
    status: MemberStatus = MemberStatus.MEMBER
    in_group: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """A no: by which rule, with which value of its setting (none where it is unset), and whom to ask.

    `unknown`: nobody could say what the rule needs to know, so that a later attempt may be a yes. `limit_ends` (seconds
    since the UTC epoch) belongs to `Rule.HOUR`.
    """

    rule: AccessRule
    contact: str
    value: tuple[str, ...] = ()
    unknown: bool = False
    limit_ends: float | None = None

    @property
    def about_channel(self) -> bool:
        """Whether another channel would be a yes."""
        return self.rule is AccessRule.CHANNEL


def decide(person: Person, channel: str | None, rules: AccessRules) -> Denied | None:
    """None where the person may ask. `channel`: from where, or for where; None where that is not known yet.

    A certain no comes before one that only lacks a fact.
    """
    found = list(_denials(person, channel, rules))
    certain = [each for each in found if not each.unknown]
    return next(iter(certain or found), None)


def _denials(person: Person, channel: str | None, rules: AccessRules) -> Iterator[Denied]:
    if person.foreign and not rules.external:
        yield Denied(rule=AccessRule.EXTERNAL, contact=rules.contact, value=("no",))
    yield from _guest_denials(person, rules)
    yield from _membership_denials(person, rules)
    if rules.channels and channel is not None and channel not in rules.channels:
        yield Denied(rule=AccessRule.CHANNEL, contact=rules.contact, value=rules.channels)


def _guest_denials(person: Person, rules: AccessRules) -> Iterator[Denied]:
    if rules.guests or person.status is MemberStatus.MEMBER:
        return
    # Only the setting makes it a fact that is needed; without it, nobody is refused because Slack does not answer.
    if person.status is not MemberStatus.GUEST and rules.guests is None:
        return
    value = () if rules.guests is None else ("no",)
    yield Denied(
        rule=AccessRule.GUEST, contact=rules.contact, value=value, unknown=person.status is not MemberStatus.GUEST
    )


def _membership_denials(person: Person, rules: AccessRules) -> Iterator[Denied]:
    if person.id in rules.users or not (rules.users or rules.groups):
        return
    if not rules.groups or person.in_group is not True:
        unknown = bool(rules.groups) and person.in_group is None
        yield Denied(
            rule=AccessRule.PERSON, contact=rules.contact, value=(*rules.users, *rules.groups), unknown=unknown
        )
