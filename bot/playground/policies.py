"""Which requests need an approval: the choices of a visitor, and the bot's settings for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.playground.slack import company

# Set for every choice, so that waiting requests can still be answered after another one is made.
APPROVERS: Mapping[str, str] = MappingProxyType(
    {
        "APPROVERS": company.BEN,
        "APPROVER_GROUPS": company.PLATFORM_TEAM,  # Chiara
        "APPROVAL_CHANNEL": company.PLATFORM,
    }
)
_FOR_ANA_OUTSIDE = (
    "#team-shop needs none. Ask in #general and say why; then become Ben or Chiara, and answer in #platform."
)
_FOR_ANA = "Ask for a registry. Then become Ben or Chiara, and answer in #platform."
_FOR_OTHERS = "Answer Ana's requests in #platform. Your own have to be answered by {other}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One choice: its settings, how the requester tries it, and whether some requests wait for an approval (`asks`)."""

    id: str
    label: str
    settings: Mapping[str, str]
    for_requester: str = _FOR_ANA
    asks: bool = True

    def hint(self, person: str) -> str:
        """What this person (a Slack id) can do with it; an empty string if nobody is asked."""
        if not self.asks:
            return ""
        others = {company.BEN: "Chiara", company.CHIARA: "Ben"}
        return _FOR_OTHERS.format(other=others[person]) if person in others else self.for_requester


_ALL = (
    Policy(id="never", label="Nothing", settings={"APPROVAL": "never"}, asks=False),
    Policy(
        id="outside",
        label="All outside #team-shop",
        settings={"APPROVAL": "outside_policy", "ALLOWED_CHANNELS": company.TEAM_SHOP},
        for_requester=_FOR_ANA_OUTSIDE,
    ),
    Policy(id="always", label="Every request", settings={"APPROVAL": "always"}),
)
POLICIES: Mapping[str, Policy] = MappingProxyType({policy.id: policy for policy in _ALL})
FIRST = _ALL[0]
