"""Reads settings from the environment and `.env`, and explains them and their errors."""

import re
from base64 import b64encode
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import unquote

from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError
from bot.settings.env_file import ENV_FILE, line_that_counts, require_readable, variables_set
from bot.settings.fields import WRONG, Line
from bot.settings.secret_files import SECRETS_DIR, files_in, require_readable_files
from bot.settings.unknown_names import unknown_names
from bot.settings.values import cleaned

_CREDENTIALS_IN_URL = re.compile(r"^(?:https?://)?([^:/]*:(.+))@", re.IGNORECASE)
# Neither is of use without the other.
_OTHER_HALF = {"access_key": "secret_key", "secret_key": "access_key"}


class CheckedSettings(BaseSettings):
    """Settings whose errors have our own texts; pydantic's would quote the values."""

    # `defer_build`: only the settings that a command reads are built.
    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        defer_build=True,
    )

    secrets_dir: Line | None = Field(
        None,
        validation_alias=SECRETS_DIR,
        description="a folder with one file per setting, named after it; the environment and .env take precedence",
    )

    def __init__(self, **values: Any) -> None:
        """Raises `SettingsError` with a line for each mistake."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            problems = [_line(type(self), dict(problem)) for problem in error.errors()]
        else:
            return
        raise SettingsError("\n".join(problems))

    @model_validator(mode="before")
    @classmethod
    def _without_what_was_copied_along(cls, values: dict[str, Any]) -> dict[str, Any]:
        tidy = {name: cleaned(value) if isinstance(value, str) else value for name, value in values.items()}
        return {name: value for name, value in tidy.items() if value != ""}

    @property
    def secrets(self) -> list[str]:
        """Every value that must never be logged, including the passwords in URLs."""
        values = (getattr(self, name) for name in type(self).model_fields)
        secrets = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        found = [match for secret in secrets if (match := _CREDENTIALS_IN_URL.search(secret))]
        passwords = [match[2] for match in found]
        sent = [b64encode(unquote(match[1]).encode()).decode() for match in found]
        return [*secrets, *passwords, *map(unquote, passwords), *sent]


S = TypeVar("S", bound=CheckedSettings)


def read(kind: type[S]) -> S:
    """Read settings of one kind. Raises `SettingsError` with a line for each mistake."""
    require_readable()
    folder = _secrets_dir(kind)
    require_readable_files(
        folder, frozenset(name.lower() for field in kind.model_fields for name in _names(kind, field))
    )
    _require_none_in_files(kind)
    return kind(_secrets_dir=folder)


def _require_none_in_files(kind: type[BaseSettings]) -> None:
    """Raises `SettingsError` for X_FILE without X: images of other programs read such, and here the default would be used."""
    given = variables_set(kind)
    known = {name for field in kind.model_fields for name in _names(kind, field)}
    problems = [
        f"{name}_FILE is not read. Set {name}, or name the folder in {SECRETS_DIR}; the file in it is called {name}."
        for field in kind.model_fields
        for name in _names(kind, field)
        if f"{name}_FILE" not in known and given.get(f"{name}_FILE".lower()) and _name_used(kind, field) is None
    ]
    if problems:
        raise SettingsError("\n".join(problems))


def misspelt_settings(kind: type[BaseSettings]) -> list[tuple[str, str | None]]:
    """The names in the environment, `.env` or SECRETS_DIR that look like misspelt settings of this kind.

    Each with the setting that is probably meant.
    """
    known = [name for field in kind.model_fields for name in _names(kind, field)]
    given = [*variables_set(kind), *files_in(_secrets_dir(kind))]
    return unknown_names(given, known=known)


def set_twice(kind: type[BaseSettings]) -> list[str]:
    """A line for each setting of this kind that has different values in `.env`."""
    return [
        f"{ENV_FILE} sets {name} more than once; the value in line {line} counts"
        for field in kind.model_fields
        for name in _names(kind, field)
        if (line := line_that_counts(name)) is not None
    ]


def describe(kind: type[BaseSettings]) -> list[tuple[str, str, str]]:
    """(name, default, meaning) of every variable, for help texts."""
    rows = []
    for name, field in kind.model_fields.items():
        names = _names(kind, name)
        default = "required" if field.is_required() else _shown(field.default)
        also = f"; also read as {', '.join(names[1:])}" if names[1:] else ""
        rows.append((names[0], default, f"{field.description}{also}"))
    return rows


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    return str(default) if default not in (None, ()) else "unset"


def help_text(kind: type[BaseSettings]) -> str:
    """Every variable with its default and its meaning, for `--help`."""
    rows = (f"  {name} [{default}]\n      {meaning}" for name, default, meaning in describe(kind))
    return "settings (environment or .env):\n" + "\n".join(rows)


def _names(kind: type[BaseSettings], field: str) -> list[str]:
    alias = kind.model_fields[field].validation_alias
    return [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [str(alias)]


def _name_used(kind: type[BaseSettings], field: str) -> str | None:
    """The name by which the setting was set; None if it was not."""
    given, files = variables_set(kind), files_in(_secrets_dir(kind))
    named = (name for name in _names(kind, field) if cleaned(given.get(name.lower()) or "") or name.lower() in files)
    return next(named, None)


def _secrets_dir(kind: type[BaseSettings]) -> str | None:
    return cleaned(variables_set(kind).get(SECRETS_DIR.lower()) or "") or None


def _line(kind: type[BaseSettings], problem: dict[str, Any]) -> str:
    place = str(problem["loc"][0]) if problem["loc"] else ""
    names = {alias: field for field in kind.model_fields for alias in (*_names(kind, field), field)}
    field = names.get(place)
    if field is None:
        return str(problem["msg"])
    name = _name_used(kind, field) or _names(kind, field)[0]
    meaning = kind.model_fields[field].description
    match problem["type"]:
        case "half":
            return _half_line(kind, problem["ctx"]["field"])
        case "none_of":
            return _misspelt(kind, problem["ctx"]["names"]) or str(problem["ctx"]["what"])
        case "missing":
            return _misspelt(kind, [name]) or f"{name} is missing: {meaning}."
        case str(kind_of_problem) if kind_of_problem == WRONG:
            return f"{problem['ctx']['name'] or name}{problem['ctx']['what']}"
    return f"{name}: {problem['msg'][:1].lower()}{problem['msg'][1:]}. Correct it: {meaning}."


def _misspelt(kind: type[BaseSettings], names: Sequence[str]) -> str | None:
    """The line about a setting that is missing because it was misspelt; None if none of `names` was."""
    slips = ((given, meant) for given, meant in misspelt_settings(kind) if meant in names)
    return next((f"{meant} is missing: {given} is set instead; rename it." for given, meant in slips), None)


def _half_line(kind: type[BaseSettings], field: str) -> str:
    """The line about a credential of which only the other half is set, with the name by which that was set."""
    have = _name_used(kind, _OTHER_HALF[field]) or _names(kind, _OTHER_HALF[field])[0]
    missing = have[:-2] + ("SK" if have.endswith("AK") else "AK")
    return f"{missing} is missing: {have} is only half a credential. Set both."
