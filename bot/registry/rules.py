"""(4) What a registry may be called and how it may be described: the one set of rules for the form and the terminal.

Limits: https://support.huaweicloud.com/eu/api-cloudartifact/CreateDockerRepositories.html (docs/facts/codearts.md section 1).
The Chinese edition also allows Chinese characters; the stricter set is valid under both.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from bot import wording
from bot.errors import InvalidRequest, Violation

NAME_MAX = 20
DESCRIPTION_MAX = 200
FALLBACK_NAME = "my-registry"

_LEGAL_NAME = re.compile(r"[A-Za-z0-9_.-]{1,20}", re.ASCII)
_ILLEGAL = re.compile(r"[^A-Za-z0-9_.-]+", re.ASCII)
_SHOWN_MAX = 40
_FAULTS_SHOWN = 3


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


def _name(typed: str) -> str:
    name = typed.strip()
    if _LEGAL_NAME.fullmatch(name):
        return name
    suggestion = suggest_name(name)
    if not name:
        raise _violation(wording.NAME_MISSING.format(suggestion=suggestion), suggestion)
    faults = _name_faults(name)
    sentence = wording.NAME_WRONG.format(typed=_shown(name), faults=_listed(faults), suggestion=suggestion)
    raise _violation(sentence, suggestion)


def _description(typed: str | None) -> str | None:
    text = (typed or "").replace("\r\n", "\n").strip()
    faults = [_character(char) for char in dict.fromkeys(text) if _unsendable(char)]
    if len(text) > DESCRIPTION_MAX:
        faults.insert(0, wording.DESCRIPTION_TOO_LONG.format(count=len(text)))
    if not faults:
        return text or None
    suggestion = suggest_description(text)
    if not suggestion:
        return None  # nothing in it but what cannot be sent: as empty as it looks
    raise _violation(wording.DESCRIPTION_WRONG.format(faults=_listed(faults), suggestion=suggestion), suggestion)


class RegistryRequest(BaseModel):
    """A registry that may be asked for: a legal name and, if any, a description of at most 200 characters."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[str, AfterValidator(_name)]
    description: Annotated[str | None, AfterValidator(_description)] = None


def judge(*, name: str | None, description: str | None) -> RegistryRequest:
    """Apply the rules to what a person typed; blanks around it do not count, an empty description is none.

    Raises `InvalidRequest` with every violation at once.
    """
    try:
        return RegistryRequest(name=name or "", description=description)
    except ValidationError as error:
        raise InvalidRequest([_as_violation(str(e["loc"][0]), e.get("ctx", {})) for e in error.errors()]) from None


def _violation(sentence: str, suggestion: str) -> PydanticCustomError:
    return PydanticCustomError("registry_rule", "{sentence}", {"sentence": sentence, "suggestion": suggestion})


def _as_violation(field: str, context: dict[str, str]) -> Violation:
    return Violation(field=field, sentence=context["sentence"], suggestion=context["suggestion"])


def _name_faults(name: str) -> list[str]:
    illegal = dict.fromkeys(char for char in name if _ILLEGAL.match(char))
    faults = [_character(char) for char in illegal]
    if len(name) > NAME_MAX:
        faults.insert(0, wording.NAME_TOO_LONG.format(count=len(name)))
    return faults


def _character(char: str) -> str:
    if char == " ":
        return "a space"
    if char in "\r\n\x0b\x0c\x85\u2028\u2029":
        return "a line break"
    if char.isprintable() and not unicodedata.combining(char):
        return f'a "{char}"'
    return f"a hidden character (U+{ord(char):04X})"


def _listed(faults: list[str]) -> str:
    """`a, b and c`; what goes beyond three is counted, so that the sentence stays one line."""
    shown = list(dict.fromkeys(faults))
    if len(shown) > _FAULTS_SHOWN:
        more = len(shown) - _FAULTS_SHOWN
        shown = [*shown[:_FAULTS_SHOWN], f"{more} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _shown(typed: str) -> str:
    visible = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in typed)
    return visible if len(visible) <= _SHOWN_MAX else visible[: _SHOWN_MAX - 1] + "…"


def _unsendable(char: str) -> bool:
    # Control characters and lone surrogates: no UTF-8, no place in JSON text or in a database column.
    return char not in "\n\t" and unicodedata.category(char) in {"Cc", "Cs"}
