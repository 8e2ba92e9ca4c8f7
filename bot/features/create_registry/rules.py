"""(4) What a registry may be called and how it may be described: the one set of rules for the form and the terminal.

Limits: https://support.huaweicloud.com/eu/api-cloudartifact/CreateDockerRepositories.html (docs/facts/codearts.md section 1).
The Chinese edition also allows Chinese characters; the stricter set is valid under both. What is broken is reported as codes
and values; `violations.py` makes the sentences.
"""

import re
import unicodedata
from enum import StrEnum

from bot.errors import InvalidRequest, Violation
from bot.features.create_registry.models import RegistryRequest

NAME_MAX = 20
DESCRIPTION_MAX = 200
FALLBACK_NAME = "my-registry"

_LEGAL_NAME = re.compile(r"[A-Za-z0-9_.-]{1,20}", re.ASCII)
_ILLEGAL = re.compile(r"[^A-Za-z0-9_.-]+", re.ASCII)


class Rule(StrEnum):
    """The rules that can be broken.

    Every violation carries a `suggestion`: a value that would be accepted. `NAME` also carries what was `typed`. `NAME`
    and `DESCRIPTION` carry `length` (None unless too long) and `characters`: each that is not allowed, in the order typed.
    """

    NAME_MISSING = "name_missing"
    NAME = "name"
    DESCRIPTION = "description"
    # The form's own: an outcome needs a place to be told
    CHANNEL_MISSING = "channel_missing"
    CHANNEL_UNKNOWN = "channel_unknown"


def validate(*, name: str | None, description: str | None) -> RegistryRequest:
    """Apply the rules to what a person typed; blanks around it do not count, an empty description is none.

    Raises `InvalidRequest` with every violation at once.
    """
    stripped = (name or "").strip()
    text = (description or "").replace("\r\n", "\n").strip()
    broken = [violation for violation in (_name_violation(stripped), _description_violation(text)) if violation]
    if broken:
        raise InvalidRequest(broken)
    # A description of nothing but characters that cannot be sent is as empty as it looks.
    return RegistryRequest(name=stripped, description=text if suggest_description(text) else None)


def suggest_name(typed: str) -> str:
    """The nearest legal name: accents dropped, everything else illegal turned into `-`, cut to 20."""
    latin = unicodedata.normalize("NFKD", typed)
    latin = "".join(char for char in latin if not unicodedata.combining(char))
    legal = _ILLEGAL.sub("-", latin).strip("-._")
    return legal[:NAME_MAX].strip("-._") or FALLBACK_NAME


def suggest_other_name(taken: str) -> str:
    """A legal name that differs from one that is taken: `team-shop` → `team-shop-2` → `team-shop-3`."""
    stem, number = re.fullmatch(r"(.*?)(?:-(\d{1,3}))?", taken, re.DOTALL).groups()  # type: ignore[union-attr]
    end = f"-{int(number or 1) + 1}"
    return (stem or FALLBACK_NAME)[: NAME_MAX - len(end)] + end


def suggest_description(typed: str) -> str:
    """The same text without what cannot be sent, cut at a word and marked with an ellipsis when too long."""
    clean = "".join(char for char in typed if not _unsendable(char)).strip()
    if len(clean) <= DESCRIPTION_MAX:
        return clean
    cut = clean[: DESCRIPTION_MAX - 1]
    word_end = cut.rfind(" ")
    return (cut[:word_end] if word_end > DESCRIPTION_MAX // 2 else cut).rstrip() + "…"


def _name_violation(name: str) -> Violation | None:
    if _LEGAL_NAME.fullmatch(name):
        return None
    suggestion = suggest_name(name)
    if not name:
        return Violation(field="name", rule=Rule.NAME_MISSING, params={"suggestion": suggestion})
    illegal = [char for char in dict.fromkeys(name) if _ILLEGAL.match(char)]
    length = len(name) if len(name) > NAME_MAX else None
    params = {"typed": name, "length": length, "characters": illegal, "suggestion": suggestion}
    return Violation(field="name", rule=Rule.NAME, params=params)


def _description_violation(text: str) -> Violation | None:
    unsendable = [char for char in dict.fromkeys(text) if _unsendable(char)]
    length = len(text) if len(text) > DESCRIPTION_MAX else None
    suggestion = suggest_description(text)
    if not suggestion or not (unsendable or length):
        return None
    params = {"length": length, "characters": unsendable, "suggestion": suggestion}
    return Violation(field="description", rule=Rule.DESCRIPTION, params=params)


def _unsendable(char: str) -> bool:
    # Control characters and lone surrogates: no UTF-8, no place in JSON text or in a database column.
    return char not in "\n\t" and unicodedata.category(char) in {"Cc", "Cs"}
