"""Whether anybody could know how a request ended: only where nobody could is "unconfirmed" the right word.

The bot sees the answers of its own calls and the list. It cannot know

- before the list has shown some registries whose creation was confirmed and whose description showed whose they are, or
  where the list shows another project: then an absence proves nothing, and nothing shows who makes its registries;
- when a registry that may be its own was deleted before it could be looked up.
"""

import json

from bot.playground.codearts.records import CloudCall
from bot.playground.codearts.server import LocalCodeArts
from tests.chaos.outsider import OUTSIDER

# A proof is stored after the list was read, and may be lost in a kill; so a few are needed to be sure of one.
_PROOFS = 5


def nobody_could_know(cloud: LocalCodeArts) -> set[str]:
    """The names for which "unconfirmed" is right."""
    deleted = {
        each.display_name for each in cloud.registries if each.status != "active" and each.created_by != OUTSIDER
    }
    return deleted | _before_the_list_was_proven(cloud)


def name_of(call: CloudCall) -> str | None:
    """The name that a create call asks for."""
    try:
        wanted = json.loads(call.body)
    except ValueError:
        return None
    return wanted.get("display_name") if isinstance(wanted, dict) else None


def _before_the_list_was_proven(cloud: LocalCodeArts) -> set[str]:
    early: set[str] = set()
    confirmed: set[str] = set()
    shown: set[str] = set()
    listed = {
        each.display_name
        for each in cloud.registries
        if not each.elsewhere and each.description and each.created_by != OUTSIDER
    }
    for call in cloud.calls:
        answered = call.status == 200 and call.applied
        # A kill may have come between the first look and the create call.
        name = name_of(call) or call.query.get("qname")
        if name and len(shown) < _PROOFS:
            early.add(name)
        if name and answered and call.operation == "create":
            confirmed.add(name)
        elif name and answered:
            shown |= {name} & confirmed & listed
    return early
