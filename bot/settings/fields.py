"""The types of settings, whose validators say what is wrong with a value."""

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError

from bot.errors import SettingsError
from bot.settings.database_url import DatabaseUrl
from bot.settings.values import cleaned, is_half_quoted, is_one_line, is_plain_url, is_visible_ascii

WRONG = "setting"  # the type of our own complaints, among pydantic's
_LINES_MAX = 2500  # a section of Slack takes 3,000
_BETWEEN_IDS = re.compile(r"[\s,;，；、]+")
_CLOUD_ID = re.compile(r"[A-Za-z0-9_-]+")
_OF_A_PERSON = "xoxp-"
_FROM_THE_APP = "Copy it again from the Slack app (README)."
_TOKEN = re.compile(r"xox[a-z]|xapp-")


def wrong(what: str, *, name: str = "") -> PydanticCustomError:
    """An error whose text follows the name of the setting (or `name`)."""
    return PydanticCustomError(WRONG, "{what}", {"what": what, "name": name})


def half(field: str) -> PydanticCustomError:
    """The other half of a credential, which is the field of this name, is missing."""
    return PydanticCustomError("half", "{field}", {"field": field})


def none_of(names: Iterable[str], what: str) -> PydanticCustomError:
    """None of these settings is there, and `what` is the line about it."""
    return PydanticCustomError("none_of", "{what}", {"names": tuple(names), "what": what})


def plain_url(example: str) -> AfterValidator:
    """An http(s) URL without a query or credentials. A wrong one is not quoted, because it may contain a password."""

    def check(value: str | None) -> str | None:
        if value is not None and not is_plain_url(value):
            raise wrong(f" is not a plain URL; write one such as {example}")
        return value

    return AfterValidator(check)


def slack_token(begins: str, *, other: str) -> AfterValidator:
    """A Slack token that begins with `begins`, not with `other`, and is not a person's."""

    def check(value: SecretStr | None) -> SecretStr | None:
        if value is not None and value.get_secret_value().startswith(other):
            raise wrong(
                f" holds the wrong token: it begins with {other}, and should begin with {begins}. {_FROM_THE_APP}"
            )
        if value is not None and value.get_secret_value().startswith(_OF_A_PERSON):
            raise wrong(
                f" holds a person's token: it begins with {_OF_A_PERSON}, and should begin with {begins}. {_FROM_THE_APP}"
            )
        return value

    return AfterValidator(check)


def _no_token(value: SecretStr | None) -> SecretStr | None:
    found = _TOKEN.match(value.get_secret_value()) if value is not None else None
    if found:
        raise wrong(
            f" holds a token: it begins with {found[0]}. Copy the Signing Secret from “Basic Information” of the Slack app."
        )
    return value


def _visible(value: str | SecretStr) -> str | SecretStr:
    if not is_visible_ascii(value.get_secret_value() if isinstance(value, SecretStr) else value):
        raise wrong(" contains a space, a hidden character or one that is not ASCII. Copy it again.")
    return _whole(value)


def _one_line(value: str | SecretStr) -> str | SecretStr:
    if not is_one_line(value.get_secret_value() if isinstance(value, SecretStr) else value):
        raise wrong(" contains a line break or another hidden character. Type it again.")
    return _whole(value)


def _whole(value: str | SecretStr) -> str | SecretStr:
    if is_half_quoted(value.get_secret_value() if isinstance(value, SecretStr) else value):
        raise wrong(" has a quote on one side only. Write it on both sides or on neither.")
    return value


def _readable_lines(value: str) -> str:
    if not all(char.isprintable() or char == "\n" for char in value) or len(value) > _LINES_MAX:
        raise wrong(f" has to be text of at most {_LINES_MAX} characters, without hidden ones.")
    return value


def _readable_database_url(value: str) -> str:
    try:
        DatabaseUrl.parse(value)
    except SettingsError as error:
        raise wrong(str(error).removeprefix("DATABASE_URL")) from None
    return value


def _without_brackets(value: str) -> str:
    return value[1:-1] if value.startswith("[") and value.endswith("]") else value


def listed(value: str) -> list[str]:
    """The entries of a list, whatever separates them; blanks around a colon do not separate."""
    return list(filter(None, map(cleaned, _BETWEEN_IDS.split(re.sub(r"\s*:\s*", ":", value)))))


def _id(kind: str, first: str) -> AfterValidator:
    """An ID that begins with one of the letters in `first`."""
    shape = re.compile(f"[{first}][A-Z0-9]{{2,}}")

    def check(value: str) -> str:
        if not shape.fullmatch(value):
            raise wrong(f": “{value}” is not a {kind} ID. An ID looks like {first[0]}0123ABCD.")
        return value

    return AfterValidator(check)


def _cloud_id(value: str) -> str:
    if not _CLOUD_ID.fullmatch(value):
        raise wrong(
            " is not an ID: an ID has only letters, digits, “-” and “_”. Copy the ID alone, not the address it is in."
        )
    return value


def _split(value: object) -> object:
    return tuple(listed(value)) if isinstance(value, str) else value


Secret = Annotated[SecretStr, AfterValidator(_visible)]
SigningSecret = Annotated[Secret | None, AfterValidator(_no_token)]
SecretLine = Annotated[SecretStr, AfterValidator(_one_line)]
Id = Annotated[str, AfterValidator(_visible)]
CloudId = Annotated[Id, AfterValidator(_cloud_id)]
Line = Annotated[str, AfterValidator(_one_line)]
Lines = Annotated[str, AfterValidator(_readable_lines)]
Host = Annotated[Line, AfterValidator(_without_brackets)]
DatabaseAddress = Annotated[Line, AfterValidator(_readable_database_url)]
ChannelId = Annotated[str, _id("channel", "CG")]
UserIds = Annotated[tuple[Annotated[str, _id("user", "UW")], ...], BeforeValidator(_split)]
GroupIds = Annotated[tuple[Annotated[str, _id("user group", "S")], ...], BeforeValidator(_split)]
ChannelIds = Annotated[tuple[ChannelId, ...], BeforeValidator(_split)]
