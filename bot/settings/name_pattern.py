"""NAME_PATTERN, compiled by RE2: whatever the pattern and the name, a match takes time in proportion to their lengths.

Python's own engine may take minutes over twenty characters. What RE2 cannot do in that time (look-ahead, back-references) it
refuses: https://github.com/google/re2/wiki/Syntax.
"""

from collections.abc import Callable
from functools import cache


@cache
def compiled(pattern: str) -> Callable[[str], bool]:
    """Whether a whole name matches. Raises `ValueError`, whose text says what is wrong with the pattern."""
    import re2  # noqa: PLC0415  most installations set no pattern

    options = re2.Options()
    options.log_errors = False
    try:
        found = re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(_words(error)) from None
    return lambda name: found.fullmatch(name) is not None


def _words(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)
