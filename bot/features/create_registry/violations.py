"""Turns a broken rule into a sentence: plain text, one line, with a value that would be accepted."""

import time
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.errors import AlreadyUnderWay, Violation
from bot.features.create_registry import form_wording
from bot.features.create_registry.rules import Rule

_SHOWN_MAX = 40
# A request that takes longer than this is one whose answer was lost.
_DECIDED_SOON_SECONDS = 60.0
_FAULTS_SHOWN = 3
_SENTENCES: Mapping[str, str] = {
    Rule.NAME_MISSING: form_wording.NAME_MISSING,
    Rule.NAME_TAKEN: form_wording.NAME_TAKEN,
    Rule.CHANNEL_MISSING: form_wording.CHANNEL_MISSING,
    Rule.CHANNEL_UNKNOWN: form_wording.CHANNEL_UNKNOWN,
}
_LINE_BREAKS = "\r\n\x0b\x0c\x85\u2028\u2029"


def sentence(violation: Violation) -> str:
    """The sentence for the form and for the terminal."""
    params = violation.params
    match violation.rule:
        case Rule.NAME:
            return _name(params)
        case Rule.NAME_TAKEN if "day" in params:
            return (form_wording.NAME_TAKEN_BY if params["maker"] else form_wording.NAME_TAKEN_YOURS).format(**params)
        case Rule.NAME_PATTERN:
            return form_wording.NAME_PATTERN.format(typed=_shown(params["typed"]), help=params["help"])
        case Rule.DESCRIPTION:
            return _description(params)
        case other if other in _SENTENCES:
            return _SENTENCES[other].format(**params)
    raise ValueError(f"no sentence for the rule {violation.rule}")


def beside_remark(violation: Violation) -> tuple[str, str]:
    """What a remark says about it, and what an error adds if that remark is already shown."""
    params = violation.params
    if "day" not in params:
        return sentence(violation), form_wording.NAME_SAID_ALREADY
    known = {name: value for name, value in params.items() if name not in {"maker", "day"}}
    added = form_wording.NAME_MAKER if params["maker"] else form_wording.NAME_MAKER_YOURS
    return sentence(replace(violation, params=known)), added.format(**params)


def under_way(earlier: AlreadyUnderWay, *, by: str, name: str, suggestion: str) -> str:
    """The sentence that somebody, perhaps the same person (`by`), has requested this name and the outcome is not known yet."""
    if earlier.waits:
        words = form_wording.NAME_WAITS_YOURS if earlier.requester == by else form_wording.NAME_WAITS
        return words.format(requester=_who(earlier), name=name, suggestion=suggestion)
    decided_soon = time.time() - earlier.since < _DECIDED_SOON_SECONDS
    if earlier.requester == by:
        words = form_wording.NAME_UNDER_WAY_YOURS if decided_soon else form_wording.NAME_UNDECIDED_YOURS
    else:
        words = form_wording.NAME_UNDER_WAY if decided_soon else form_wording.NAME_UNDECIDED
    return words.format(requester=_who(earlier), name=name, suggestion=suggestion)


def _who(earlier: AlreadyUnderWay) -> str:
    # An error in a form is plain text, where a mention would show as an id.
    return f"@{earlier.requester_name}" if earlier.requester_name else form_wording.SOMEBODY


def _name(params: Mapping[str, Any]) -> str:
    length = form_wording.NAME_TOO_LONG.format(count=params["length"]) if params["length"] else None
    faults = _faults(length, params["characters"]) or form_wording.NAME_UNUSABLE
    words = form_wording.NAME_WRONG if params["suggestion"] else form_wording.NAME_WRONG_WITHOUT_SUGGESTION
    return words.format(typed=_shown(params["typed"]), faults=faults, suggestion=params["suggestion"])


def _description(params: Mapping[str, Any]) -> str:
    too_long = form_wording.DESCRIPTION_TOO_LONG.format(count=params["length"], limit=params["limit"])
    faults = _faults(too_long if params["length"] else None, params["characters"])
    return form_wording.DESCRIPTION_WRONG.format(faults=faults, suggestion=params["suggestion"])


def _faults(too_long: str | None, characters: Iterable[str]) -> str:
    """`a, b and c`; those after the third are only counted, to keep the sentence on one line. Empty if there are none."""
    faults = list(dict.fromkeys([*([too_long] if too_long else []), *map(_character, characters)]))
    if len(faults) > _FAULTS_SHOWN:
        more = form_wording.FAULTS_MORE.format(count=len(faults) - _FAULTS_SHOWN)
        faults = [*faults[:_FAULTS_SHOWN], more]
    if len(faults) < 2:
        return "".join(faults)
    return form_wording.FAULTS_LISTED.format(most=", ".join(faults[:-1]), last=faults[-1])


def _character(char: str) -> str:
    if char == " ":
        return form_wording.CHARACTER_SPACE
    if char in _LINE_BREAKS:
        return form_wording.CHARACTER_LINE_BREAK
    if char.isprintable() and not unicodedata.combining(char):
        return form_wording.CHARACTER_SHOWN.format(char=char)
    return form_wording.CHARACTER_HIDDEN.format(number=f"{ord(char):04X}")


def _shown(typed: str) -> str:
    visible = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in typed)
    return visible if len(visible) <= _SHOWN_MAX else visible[: _SHOWN_MAX - 1] + "…"
