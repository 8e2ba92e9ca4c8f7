"""Whom people can ask for help."""

from bot import wording


def whom_to_ask(contact: str | None) -> str | None:
    """A sentence, to be shown literally; None if the operator has named nobody (`SUPPORT_CONTACT`)."""
    return wording.ASK.format(contact=contact) if contact else None
