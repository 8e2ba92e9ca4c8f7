"""The one kind of reference that people are shown: short enough to read out on the phone, and in the log next to the cause."""

import re
import secrets

# No vowels and no look-alikes: no words by accident, nothing to mistype; letters are not case-sensitive.
_ALPHABET = "23456789BCDFGHJKMNPQRTVWXZ"
_SHAPE = re.compile(f"R-[{_ALPHABET}]{{5}}")


def new_reference() -> str:
    """For example `R-7K2F9`; random, so it says nothing about anybody."""
    return "R-" + "".join(secrets.choice(_ALPHABET) for _ in range(5))


def is_reference(text: str) -> bool:
    """Whether it looks like one."""
    return _SHAPE.fullmatch(text) is not None
