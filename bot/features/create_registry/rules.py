"""(4) What a registry may be called and how it may be described: the one set of rules for the form and the terminal.

Limits: https://support.huaweicloud.com/eu/api-cloudartifact/CreateDockerRepositories.html (docs/facts/codearts.md section 1).
The Chinese edition also allows Chinese characters; the stricter set is valid under both. Violations are reported as codes and
values; `violations.py` turns them into sentences.
"""

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum

from bot.domain.naming_rule import NamingRule, is_legal
from bot.errors import InvalidRequest, Violation
from bot.features.create_registry.models import NOTE_SEPARATOR, RegistryRequest

NAME_MAX = 20
DESCRIPTION_MAX = 200
EXAMPLE_NAME = "team-shop"
# A suggestion is cut at a word, unless fewer than this many characters would be left.
_WORDS_MIN = 3
_TRIES = 20

_ILLEGAL = re.compile(r"[^A-Za-z0-9_.-]+", re.ASCII)


class Rule(StrEnum):
    """The rules that can be broken.

    Every violation carries a `suggestion`: a value that would be accepted (None if nothing typed can be used). `NAME`
    also carries what was `typed`. `NAME` and `DESCRIPTION` carry `length` (None unless too long) and `characters`: those that
    are not allowed, in the order typed. `DESCRIPTION` carries the `limit`, `NAME_PATTERN` what was `typed` and the `help` of
    the rule, `NAME_TAKEN` the `name` as it is spelt in the cloud and, if known, the `maker` who requested it (None: the same
    person) and the `day`.
    """

    NAME_MISSING = "name_missing"
    NAME = "name"
    NAME_PATTERN = "name_pattern"
    NAME_TAKEN = "name_taken"  # checked against the index of names, not by this module
    DESCRIPTION = "description"
    # Only in the form: the outcome has to be posted somewhere
    CHANNEL_MISSING = "channel_missing"
    CHANNEL_UNKNOWN = "channel_unknown"


def validate(
    *,
    name: str | None,
    description: str | None,
    note: str | None = None,
    marked: bool = False,
    naming: NamingRule | None = None,
) -> RegistryRequest:
    """Apply the rules to what a person typed; surrounding whitespace is ignored, and an empty description becomes None.

    `note` is what the operator adds to the description; both together have to fit. `naming` is the organisation's own rule.
    Raises `InvalidRequest` with all violations at once.
    """
    stripped = (name or "").strip()
    text = (description or "").replace("\r\n", "\n").strip()
    found = (name_violation(stripped, naming), _description_violation(text, description_room(note)))
    broken = [violation for violation in found if violation]
    if broken:
        raise InvalidRequest(broken)
    # A description with only characters that cannot be sent counts as empty.
    shown = text if suggest_description(text) else None
    return RegistryRequest(name=stripped, description=shown, note=note, marked=marked)


def suggest_name(typed: str) -> str | None:
    """The nearest legal name, or None if nothing that was typed can be used.

    A legal name stays as it is. Otherwise accents are dropped, everything else illegal becomes `-`, and a name of more than
    20 characters is cut at a word.
    """
    name = typed.strip()
    if is_legal(name):
        return name
    latin = unicodedata.normalize("NFKD", name)
    latin = "".join(char for char in latin if not unicodedata.combining(char))
    legal = _ILLEGAL.sub("-", latin).strip("-._")
    return _cut_at_a_word(legal) or None


def suggest_free_name(taken: str, *, is_taken: Callable[[str], bool], naming: NamingRule | None = None) -> str:
    """A name like the taken one that is not taken either and follows the organisation's rule, if one is found in 20 tries."""
    name = suggest_other_name(taken)
    for _ in range(_TRIES):
        if not is_taken(name) and (naming is None or naming.matches(name)):
            return name
        name = suggest_other_name(name)
    return naming.example if naming else name


def suggest_other_name(taken: str) -> str:
    """A legal name that differs from one that is taken: `team-shop` → `team-shop-2` → `team-shop-3`."""
    stem, number = re.fullmatch(r"(.*?)(?:-(\d{1,3}))?", taken, re.DOTALL).groups()  # type: ignore[union-attr]
    end = f"-{int(number or 1) + 1}"
    return (stem or EXAMPLE_NAME)[: NAME_MAX - len(end)] + end


def description_room(note: str | None) -> int:
    """How many characters are left for a description with this note."""
    return DESCRIPTION_MAX - (len(NOTE_SEPARATOR) + len(note) if note else 0)


def suggest_description(typed: str, room: int = DESCRIPTION_MAX) -> str:
    """The text without characters that cannot be sent; if too long, cut at a word and marked with an ellipsis."""
    clean = "".join(char for char in typed if not _unsendable(char)).strip()
    if len(clean) <= room:
        return clean
    cut = clean[: room - 1]
    word_end = cut.rfind(" ")
    return (cut[:word_end] if word_end > room // 2 else cut).rstrip() + "…"


def name_violation(name: str, naming: NamingRule | None = None) -> Violation | None:
    """What is wrong with a name, if anything: first by the rules of CodeArts, then by the organisation's own."""
    if is_legal(name):
        if naming is None or naming.matches(name):
            return None
        broken = {"typed": name, "help": naming.help, "suggestion": naming.example}
        return Violation(field="name", rule=Rule.NAME_PATTERN, params=broken)
    suggestion = suggest_name(name)
    if not name:
        return Violation(field="name", rule=Rule.NAME_MISSING, params={"suggestion": EXAMPLE_NAME})
    typed = unicodedata.normalize("NFC", name)  # a “ü” may come in two parts, of which one cannot be seen
    illegal = [char for char in dict.fromkeys(typed) if _ILLEGAL.match(char)]
    length = len(typed) if len(typed) > NAME_MAX else None
    params = {"typed": typed, "length": length, "characters": illegal, "suggestion": suggestion}
    return Violation(field="name", rule=Rule.NAME, params=params)


def _description_violation(text: str, room: int) -> Violation | None:
    unsendable = [char for char in dict.fromkeys(text) if _unsendable(char)]
    length = len(text) if len(text) > room else None
    suggestion = suggest_description(text, room)
    if not suggestion or not (unsendable or length):
        return None
    params = {"length": length, "limit": room, "characters": unsendable, "suggestion": suggestion}
    return Violation(field="description", rule=Rule.DESCRIPTION, params=params)


def _cut_at_a_word(legal: str) -> str:
    if len(legal) <= NAME_MAX:
        return legal
    cut = legal[:NAME_MAX]
    if legal[NAME_MAX] in "-._":
        return cut.strip("-._")
    word_end = max(cut.rfind(separator) for separator in "-._")
    return (cut[:word_end] if word_end >= _WORDS_MIN else cut).strip("-._")


def _unsendable(char: str) -> bool:
    # Control characters and lone surrogates cannot be stored in a database column, in JSON text or as UTF-8.
    return char not in "\n\t" and unicodedata.category(char) in {"Cc", "Cs"}
