"""The small checks that the Block Kit rules are built from.

A check takes a value, its JSON pointer and the list of problems so far, and appends to that list in Slack's wording:
`[ERROR] must be less than 25 characters [json-pointer:/view/title/text]`.
"""

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[object, str, list[str]], None]
RecordRule = Callable[[dict[str, Any], str, list[str]], None]


def complain(problems: list[str], words: str, pointer: str) -> None:
    """Add a problem."""
    problems.append(f"[ERROR] {words} [json-pointer:{pointer}]")


def string(longest: int, *, shortest: int = 1) -> Check:
    """A string of `shortest` to `longest` characters."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, str):
            complain(problems, "must provide a string", pointer)
        elif len(value) > longest:
            complain(problems, f"must be less than {longest + 1} characters", pointer)
        elif len(value) < shortest:
            complain(problems, f"must be more than {shortest - 1} characters", pointer)

    return check


def boolean(value: object, pointer: str, problems: list[str]) -> None:
    """True or false."""
    if not isinstance(value, bool):
        complain(problems, "must be a boolean", pointer)


def whole(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            complain(problems, "must be an integer", pointer)
        elif not least <= value <= most:
            complain(problems, f"must be between {least} and {most}", pointer)

    return check


def one_of(*allowed: object) -> Check:
    """One of the given values."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if value not in allowed:
            complain(problems, f"must be one of: {', '.join(map(str, allowed))}", pointer)

    return check


def array(of: Check, *, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` items that each pass the check `of`."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, list):
            complain(problems, "must provide an array", pointer)
            return
        if len(value) > most:
            complain(problems, f"no more than {most} items allowed", pointer)
        elif len(value) < least:
            complain(problems, f"no fewer than {least} items allowed", pointer)
        for index, item in enumerate(value[:most]):
            of(item, f"{pointer}/{index}", problems)

    return check


def record(fields: Mapping[str, Check], *, needs: tuple[str, ...] = (), rule: RecordRule | None = None) -> Check:
    """An object with only these fields, including all `needs`; `rule` checks a record whose fields have all passed."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, dict):
            complain(problems, "must provide an object", pointer)
            return
        before = len(problems)
        for key in needs:
            if key not in value:
                complain(problems, f"missing required field: {key}", pointer)
        for key, item in value.items():
            field = fields.get(key)
            if field is None:
                complain(problems, f"invalid additional property: {key}", pointer)
            else:
                field(item, f"{pointer}/{key}", problems)
        if rule is not None and len(problems) == before:
            rule(value, pointer, problems)

    return check


def by_type(table: Mapping[str, Check]) -> Check:
    """An object whose `type` names the check."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        chosen = table.get(kind) if isinstance(kind, str) else None
        if chosen is None:
            complain(problems, f"unsupported type: {kind}", f"{pointer}/type")
        else:
            chosen(value, pointer, problems)

    return check


def anything(value: object, pointer: str, problems: list[str]) -> None:
    """Any value."""


def text(longest: int, *, plain: bool = False) -> Check:
    """A text object of at most `longest` characters; with `plain`, not mrkdwn."""
    plain_text = record(
        {"type": anything, "text": string(longest), "emoji": boolean},
        needs=("text",),
    )
    if plain:
        return by_type({"plain_text": plain_text})
    mrkdwn = record({"type": anything, "text": string(longest), "verbatim": boolean}, needs=("text",))
    return by_type({"plain_text": plain_text, "mrkdwn": mrkdwn})
