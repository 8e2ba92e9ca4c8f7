"""Whether a person may answer for this company at all: as for requests, guests and people of other companies may not.

Being named in a setting gives no right beyond these rules, and deactivated users have none.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.access.people import Sender, Workspace, is_foreign
from bot.access.policy import AccessRule, AccessRules, Barred, MemberStatus, Person, decide
from bot.access.profiles import Profile, Profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`rules`: those for requests, of which only the ones about guests and other companies apply."""

    rules: AccessRules
    profiles: Profiles
    workspace: Callable[[], Workspace]

    def known(self, user_id: str) -> Barred | None:
        """What is remembered about a person and speaks against them; a missing fact does not."""
        profile, ours = self.profiles.known(user_id), self.workspace()
        if profile is None or ours.team is None:
            return None
        found = barred(Sender(user=user_id), profile, ours, self.rules)
        return None if found is Barred.UNSURE else found

    async def now(self, sender: Sender) -> Barred | None:
        """The same, whatever is remembered; a fact that is required and missing counts."""
        return barred(sender, await self.profiles.anew(sender.user), self.workspace(), self.rules)

    def without_answer(self, sender: Sender) -> Barred | None:
        """The same where Slack does not tell."""
        return barred(sender, None, self.workspace(), self.rules)


def barred(sender: Sender, profile: Profile | None, ours: Workspace, rules: AccessRules) -> Barred | None:
    """None if nothing speaks against this person. `profile`: None if Slack does not tell. Pure."""
    if profile is not None and (profile.gone or profile.bot):
        return Barred.GONE
    person = Person(
        id=sender.user,
        foreign=is_foreign(sender, profile, ours),
        status=profile.status if profile else MemberStatus.UNKNOWN,
    )
    denied = decide(person, None, AccessRules(contact=rules.contact, guests=rules.guests, external=rules.external))
    if denied is None:
        return None
    if denied.rule is AccessRule.EXTERNAL:
        return Barred.EXTERNAL
    return Barred.UNSURE if denied.unknown else Barred.GUEST
