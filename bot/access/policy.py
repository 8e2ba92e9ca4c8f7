"""Who may request a registry, and from where: one pure function of the known facts and the settings.

The rules are independent: somebody named in ALLOWED_USERS must still be a full member. If a rule needs a fact that cannot be
found out, the answer is no.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum


class AccessRule(StrEnum):
    """The rules, in the order in which they are applied."""

    WORKSPACE = "workspace"  # what was sent belongs to another workspace
    EXTERNAL = "external"
    GUEST = "guest"
    PERSON = "person"
    CHANNEL = "channel"
    HOUR = "hour"  # held by the ledger, not by this module


class MemberStatus(StrEnum):
    """Membership according to Slack. `WITHHELD`: the app may not ask; `UNKNOWN`: not known yet, or Slack does not answer."""

    MEMBER = "member"
    GUEST = "guest"
    WITHHELD = "withheld"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRules:
    """The settings. `guests` unset: guests are denied, and people whose status is unknown count as members.

    `users`, `groups` (of users) and `channels` are Slack ids; empty: no such rule. `contact` is whom people may ask for help.
    """

    contact: str
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    guests: bool | None = None
    external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who makes the request. `foreign`: from another company. `in_group`: a member of one of the groups; None if unknown."""

    id: str
    foreign: bool = False
    status: MemberStatus = MemberStatus.MEMBER
    in_group: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """A denial: by which rule, with the value of its setting (empty if unset), and whom to ask.

    `unknown`: a fact that the rule needs could not be found out, so a later attempt may succeed. `limit_ends` (seconds since
    the UTC epoch) belongs to `AccessRule.HOUR`. `may_be_allowed`: only rules about named people and channels are in the way,
    which an approver may set aside. `might_be_allowed`: that, or it depends on facts that are not known yet.
    """

    rule: AccessRule
    contact: str
    value: tuple[str, ...] = ()
    unknown: bool = False
    limit_ends: float | None = None
    may_be_allowed: bool = False
    might_be_allowed: bool = field(default=False, compare=False)

    @property
    def about_channel(self) -> bool:
        """Whether another channel would be allowed."""
        return self.rule is AccessRule.CHANNEL


class Barred(StrEnum):
    """Why somebody may not answer a request, approver or not. `UNSURE`: they may be a guest, and ALLOW_GUESTS=no."""

    GONE = "gone"
    GUEST = "guest"
    EXTERNAL = "external"
    UNSURE = "unsure"


class Obstacle(StrEnum):
    """Why nobody could decide."""

    NO_APPROVER = "no_approver"  # but the requester
    APPROVERS_UNKNOWN = "approvers_unknown"
    CHANNEL_MISSING = "channel_missing"  # or private, and the bot is not a member
    CHANNEL_ARCHIVED = "channel_archived"
    CHANNEL_CLOSED = "channel_closed"  # the bot may not post there
    CHANNEL_UNKNOWN = "channel_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A form that leads to the approvers, who are asked in `channel`. `denied`: what they have to allow, for a reason."""

    channel: str
    denied: Denied | None = None


def decide(person: Person, channel: str | None, rules: AccessRules) -> Denied | None:
    """None if the person may make the request. `channel`: where they are, or the chosen one; None if it is not known yet.

    A certain denial takes precedence over one that only lacks a fact.
    """
    found = list(_denials(person, channel, rules))
    certain = [each for each in found if not each.unknown]
    denied = next(iter(certain or found), None)
    if denied is None:
        return None
    return replace(
        denied,
        may_be_allowed=all(map(_may_be_allowed, found)),
        might_be_allowed=all(each.unknown or _may_be_allowed(each) for each in found),
    )


def _may_be_allowed(denied: Denied) -> bool:
    return denied.rule in {AccessRule.PERSON, AccessRule.CHANNEL} and not denied.unknown


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
    # Only with the setting is the fact required; without it, nobody is denied because Slack does not answer.
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


def who_could_decide(person: str, users: Iterable[str], groups: Iterable[frozenset[str] | None]) -> Obstacle | None:
    """None if there is an approver other than this person. `groups`: the members of each; None if they are unknown. Pure."""
    members = list(groups)
    known = set(users).union(*(each for each in members if each is not None))
    if known - {person}:
        return None
    return Obstacle.APPROVERS_UNKNOWN if None in members else Obstacle.NO_APPROVER
