"""Who may ask: every kind of person in every place under every setting, held against the answer in words."""

import itertools

import pytest

from bot.access.policy import AccessRule, AccessRules, Denied, MemberStatus, Person, decide

ANA, BEN = "U0ANA", "U0BEN"
GROUP, HERE, ELSEWHERE = "S0TEAM", "C0HERE", "C0ELSEWHERE"
CONTACT = "#platform-help"

FOREIGN = (False, True)
IN_GROUP = (True, False, None)
CHANNELS = (HERE, ELSEWHERE, None)
GUESTS = (None, False, True)
EXTERNAL = (False, True)
USERS = ((), (ANA,), (BEN,))
GROUPS = ((), (GROUP,))
ALLOWED_CHANNELS = ((), (HERE,))

YES, NO, UNSURE = "yes", "no", "unsure"


def of_company(foreign: bool, external: bool) -> str:
    return NO if foreign and not external else YES


# (what Slack says of the person, ALLOW_GUESTS) → the answer
STANDING = {
    (MemberStatus.MEMBER, None): YES,
    (MemberStatus.MEMBER, False): YES,
    (MemberStatus.MEMBER, True): YES,
    (MemberStatus.GUEST, None): NO,
    (MemberStatus.GUEST, False): NO,
    (MemberStatus.GUEST, True): YES,
    (MemberStatus.WITHHELD, None): YES,
    (MemberStatus.WITHHELD, False): UNSURE,
    (MemberStatus.WITHHELD, True): YES,
    (MemberStatus.UNKNOWN, None): YES,
    (MemberStatus.UNKNOWN, False): UNSURE,
    (MemberStatus.UNKNOWN, True): YES,
}
# (ALLOWED_USERS, ALLOWED_GROUPS, in the group) → the answer for Ana
NAMED = {
    ((), (), True): YES,
    ((), (), False): YES,
    ((), (), None): YES,
    ((ANA,), (), True): YES,
    ((ANA,), (), False): YES,
    ((ANA,), (), None): YES,
    ((BEN,), (), True): NO,
    ((BEN,), (), False): NO,
    ((BEN,), (), None): NO,
    ((), (GROUP,), True): YES,
    ((), (GROUP,), False): NO,
    ((), (GROUP,), None): UNSURE,
    ((ANA,), (GROUP,), True): YES,
    ((ANA,), (GROUP,), False): YES,
    ((ANA,), (GROUP,), None): YES,
    ((BEN,), (GROUP,), True): YES,
    ((BEN,), (GROUP,), False): NO,
    ((BEN,), (GROUP,), None): UNSURE,
}
# (ALLOWED_CHANNELS, the channel) → the answer
PLACE = {
    ((), HERE): YES,
    ((), ELSEWHERE): YES,
    ((), None): YES,
    ((HERE,), HERE): YES,
    ((HERE,), ELSEWHERE): NO,
    ((HERE,), None): YES,  # not chosen yet: asked again when the form is sent
}


def together(*answers: str) -> str:
    return NO if NO in answers else UNSURE if UNSURE in answers else YES


def said(denied: Denied | None) -> str:
    return YES if denied is None else UNSURE if denied.unknown else NO


def test_every_combination_gets_the_answer_that_the_tables_name() -> None:
    counted = 0
    people = itertools.product(FOREIGN, MemberStatus, IN_GROUP, CHANNELS)
    for foreign, status, in_group, channel in people:
        for guests, external, users, groups, channels in itertools.product(
            GUESTS, EXTERNAL, USERS, GROUPS, ALLOWED_CHANNELS
        ):
            rules = AccessRules(
                contact=CONTACT, users=users, groups=groups, channels=channels, guests=guests, external=external
            )
            person = Person(id=ANA, foreign=foreign, status=status, in_group=in_group)
            expected = together(
                of_company(foreign, external),
                STANDING[status, guests],
                NAMED[users, groups, in_group],
                PLACE[channels, channel],
            )
            assert said(decide(person, channel, rules)) == expected, (person, channel, rules)
            counted += 1
    assert counted == 5184


def test_without_a_setting_every_full_member_may_and_nobody_else() -> None:
    rules = AccessRules(contact=CONTACT)
    assert decide(Person(id=ANA), HERE, rules) is None
    assert decide(Person(id=ANA, status=MemberStatus.GUEST), HERE, rules) == Denied(
        rule=AccessRule.GUEST, contact=CONTACT
    )
    external = Denied(rule=AccessRule.EXTERNAL, contact=CONTACT, value=("no",))
    assert decide(Person(id=ANA, foreign=True), HERE, rules) == external


def test_a_guest_reads_the_value_only_where_it_is_set() -> None:
    guest = Person(id=ANA, status=MemberStatus.GUEST)
    assert decide(guest, HERE, AccessRules(contact=CONTACT, guests=False)) == Denied(
        rule=AccessRule.GUEST, contact=CONTACT, value=("no",)
    )


@pytest.mark.parametrize(
    ("person", "denied"),
    [
        (
            Person(id=BEN, in_group=False),
            Denied(rule=AccessRule.PERSON, contact=CONTACT, value=(ANA, GROUP), may_be_allowed=True),
        ),
        (
            Person(id=ANA, in_group=False),
            Denied(rule=AccessRule.CHANNEL, contact=CONTACT, value=(HERE,), may_be_allowed=True),
        ),
    ],
)
def test_a_no_says_which_rule_with_which_value_and_whom_to_ask(person: Person, denied: Denied) -> None:
    rules = AccessRules(contact=CONTACT, users=(ANA,), groups=(GROUP,), channels=(HERE,))
    assert decide(person, ELSEWHERE, rules) == denied
