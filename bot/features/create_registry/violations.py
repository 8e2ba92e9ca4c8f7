"""A broken rule as a sentence: plain text, one line, with a value that would be accepted."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from bot.errors import Violation
from bot.features.create_registry import wording
from bot.features.create_registry.rules import Rule

_SHOWN_MAX = 40
_FAULTS_SHOWN = 3
_LINE_BREAKS = "\r\n\x0b\x0c\x85\u2028\u2029"


def sentence(violation: Violation) -> str:
    """For the form and the terminal alike."""
    params = violation.params
    match violation.rule:
        case Rule.NAME_MISSING:
            return wording.NAME_MISSING.format(suggestion=params["suggestion"])
        case Rule.NAME:
            faults = _faults(params, wording.NAME_TOO_LONG)
            return wording.NAME_WRONG.format(
                typed=_shown(params["typed"]), faults=faults, suggestion=params["suggestion"]
            )
        case Rule.DESCRIPTION:
            faults = _faults(params, wording.DESCRIPTION_TOO_LONG)
            return wording.DESCRIPTION_WRONG.format(faults=faults, suggestion=params["suggestion"])
        case Rule.CHANNEL_MISSING:
            return wording.CHANNEL_MISSING
        case Rule.CHANNEL_UNKNOWN:
            return wording.CHANNEL_UNKNOWN
    raise ValueError(f"no sentence for the rule {violation.rule}")


def _faults(params: Mapping[str, Any], too_long: str) -> str:
    """`a, b and c`; what goes beyond three is counted, so that the sentence stays one line."""
    length = [too_long.format(count=params["length"])] if params["length"] else []
    faults = list(dict.fromkeys([*length, *map(_character, params["characters"])]))
    if len(faults) > _FAULTS_SHOWN:
        more = wording.FAULTS_MORE.format(count=len(faults) - _FAULTS_SHOWN)
        faults = [*faults[:_FAULTS_SHOWN], more]
    return faults[0] if len(faults) == 1 else wording.FAULTS_LISTED.format(most=", ".join(faults[:-1]), last=faults[-1])


def _character(char: str) -> str:
    if char == " ":
        return wording.CHARACTER_SPACE
    if char in _LINE_BREAKS:
        return wording.CHARACTER_LINE_BREAK
    if char.isprintable() and not unicodedata.combining(char):
        return wording.CHARACTER_SHOWN.format(char=char)
    return wording.CHARACTER_HIDDEN.format(number=f"{ord(char):04X}")


def _shown(typed: str) -> str:
    visible = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in typed)
    return visible if len(visible) <= _SHOWN_MAX else visible[: _SHOWN_MAX - 1] + "…"
