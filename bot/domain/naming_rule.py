"""The organisation's own rule for names, in addition to the rules of CodeArts."""

import re
from collections.abc import Callable
from dataclasses import dataclass

HELP_MAX = 300  # characters; it is shown with other text under a field and in an error
_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|`([^`]+)`|‘([^’]+)’")

# docs/facts/codearts.md section 1. At least one letter or digit is our own rule: the vendor allows "....", "-" and the like,
# which are of no use to anybody.
_LEGAL_NAME = re.compile(r"(?=.*[A-Za-z0-9])[A-Za-z0-9_.-]{1,20}", re.ASCII)
_LEGAL_IN_WORDS = "A name has up to 20 letters a-z and A-Z, digits, and the characters _ . -"


def is_legal(name: str) -> bool:
    """Whether CodeArts takes it as the name of a registry."""
    return _LEGAL_NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamingRule:
    """`help` explains it to people, with at least one example in quotation marks; `matches` decides.

    Raises `ValueError`, whose text says what is wrong, if an example breaks the rule, or those of CodeArts.
    """

    help: str
    matches: Callable[[str], bool]

    def __post_init__(self) -> None:
        """Check the rule against its own examples."""
        if len(self.help) > HELP_MAX:
            raise ValueError(f"it has more than {HELP_MAX} characters. Shorten it")
        if not self.examples:
            raise ValueError("it holds no example. Write one in quotation marks, as in “shop-web”")
        for example in self.examples:
            if not self.matches(example):
                raise ValueError(
                    f"its example “{example}” does not match NAME_PATTERN. Correct one of them: the pattern has to match the "
                    "whole name"
                )
            if not is_legal(example):
                raise ValueError(f"its example “{example}” would be refused by CodeArts. {_LEGAL_IN_WORDS}")

    @property
    def examples(self) -> list[str]:
        """The texts in quotation marks."""
        return ["".join(found) for found in _QUOTED.findall(self.help)]

    @property
    def example(self) -> str:
        """The first."""
        return self.examples[0]
