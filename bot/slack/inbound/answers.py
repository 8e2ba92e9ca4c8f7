"""What a handler may answer. It returns one of these and is over: so nothing can go wrong after the acknowledgement."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """An empty acknowledgement. It closes a form, and shows nothing after a command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """An ephemeral message, in mrkdwn, to whoever typed the command."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowErrors:
    """Sentences inside the form, by block id. The form stays open with what was typed."""

    errors: Mapping[str, str]


Answer = Accept | Tell | ShowErrors
