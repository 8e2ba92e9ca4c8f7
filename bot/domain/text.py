"""Text from outside, made fit for a terminal, and freed of what people write around it. Pure."""

import re

# A control sequence or an operating-system command, by ESC or by its one-character form (ECMA-48 sections 5.4 and 8.3.89).
_SEQUENCE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?")


def printable(text: str) -> str:
    """One line that moves no cursor, sets no colour or title, and reads in the order in which it is written."""
    return "".join(char if char.isprintable() else " " for char in _SEQUENCE.sub("", text)).strip()


def unquoted(text: str) -> str:
    """What was asked about, without blanks, quotation marks and the mark of the question, none of which is in any name."""
    return text.strip(" \t\n`\"'“”‘’„«»<>?!,;:")
