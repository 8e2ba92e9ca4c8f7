"""The organisation's own rule for names, in addition to the rules of CodeArts."""

import re
from collections.abc import Callable
from dataclasses import dataclass

HELP_MAX = 300  # characters; it is shown with other text under a field and in an error
_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|`([^`]+)`|‘([^’]+)’")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamingRule:
    """`help` explains it to people, with at least one example in quotation marks; `matches` decides.

    Raises `ValueError`, whose text says what is wrong, if an example breaks the rule.
    """

    help: str
    matches: Callable[[str], bool]

    def __post_init__(self) -> None:
        """Check the rule against its own examples."""
        if len(self.help) > HELP_MAX:
            raise ValueError(f"it has more than {HELP_MAX} characters")
        if not self.examples:
            raise ValueError("it holds no example; write one in quotation marks, as in “shop-web”")
        for example in self.examples:
            if not self.matches(example):
                raise ValueError(f"its example “{example}” does not match NAME_PATTERN")

    @property
    def examples(self) -> list[str]:
        """The texts in quotation marks."""
        return ["".join(found) for found in _QUOTED.findall(self.help)]

    @property
    def example(self) -> str:
        """The first."""
        return self.examples[0]
