"""Makes text from outside safe for a terminal, and strips the punctuation that people add. Pure."""

import re

# A control sequence or an operating-system command, by ESC or by its one-character form (ECMA-48 sections 5.4 and 8.3.89).
_SEQUENCE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?")


def printable(text: str) -> str:
    """The text as one line without control sequences or changes of direction."""
    return "".join(char if char.isprintable() else " " for char in _SEQUENCE.sub("", text)).strip()


def unquoted(text: str) -> str:
    """The text without blanks, quotation marks and a question mark, which no name contains."""
    return text.strip(" \t\n`\"'“”‘’„«»<>?!,;:")
