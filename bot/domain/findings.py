"""The results of checking the settings and the environment: codes and values, one finding per check.

Their words are in `observability/check/sentences.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """`note`: possibly intended, but worth reading. `untried`: only real use would show. `fix`: it does not work."""

    OK = "ok"
    UNTRIED = "untried"
    NOTE = "note"
    FIX = "fix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one check.

    `values` are for the sentences about it. `passing`: the problem may end without a change of settings.
    """

    level: Level
    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    passing: bool = False


def ok(code: str, /, **values: object) -> Finding:
    """No problem."""
    return Finding(level=Level.OK, code=code, values=_texts(values))


def untried(code: str, /, **values: object) -> Finding:
    """Only real use would show."""
    return Finding(level=Level.UNTRIED, code=code, values=_texts(values))


def note(code: str, /, **values: object) -> Finding:
    """Not necessarily a problem."""
    return Finding(level=Level.NOTE, code=code, values=_texts(values))


def fix(code: str, /, **values: object) -> Finding:
    """It does not work, and somebody has to change something."""
    return Finding(level=Level.FIX, code=code, values=_texts(values))


def wait(code: str, /, **values: object) -> Finding:
    """It does not work, and may work later."""
    return Finding(level=Level.FIX, code=code, values=_texts(values), passing=True)


def lasting(findings: Iterable[Finding]) -> bool:
    """Whether something is wrong that somebody has to fix."""
    return any(each.level is Level.FIX and not each.passing for each in findings)


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}
