"""The settings: one class for each thing that is set up, read from the environment and `.env` when a command starts.

Every variable is described here once; `registry-bot run --help` and the README's table say the same.
"""

import re
from typing import Annotated, Any, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.description_note import DescriptionNote
from bot.errors import SettingsError

_PASSWORD_IN_URL = re.compile(r"^(?:https?://)?[^:/]*:(.+)@")
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,}")
# `defer_build`: only the settings that a command reads are built.
_SHARED = SettingsConfigDict(
    env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True, defer_build=True
)


class CodeArtsSettings(BaseSettings):
    """What is needed to call CodeArts Artifact; all that `registry-bot create` needs."""

    model_config = _SHARED

    access_key: SecretStr = Field(
        validation_alias=AliasChoices("HUAWEICLOUD_SDK_AK", "CLOUD_SDK_AK"),
        description="access key of the Huawei Cloud account",
    )
    secret_key: SecretStr = Field(
        validation_alias=AliasChoices("HUAWEICLOUD_SDK_SK", "CLOUD_SDK_SK"),
        description="secret key that belongs to it",
    )
    security_token: SecretStr | None = Field(
        None, validation_alias="HUAWEICLOUD_SDK_SECURITY_TOKEN", description="only with temporary credentials"
    )
    project_id: str | None = Field(
        None, validation_alias="HUAWEICLOUD_SDK_PROJECT_ID", description="IAM project id, sent as X-Project-Id"
    )
    domain_id: str | None = Field(
        None, validation_alias="HUAWEICLOUD_SDK_DOMAIN_ID", description="account id; needed for look-ups"
    )
    codearts_project_id: str | None = Field(
        None,
        validation_alias="CODEARTS_PROJECT_ID",
        description="CodeArts project id, from the console's address (not the IAM one); needed for look-ups",
    )
    region: str = Field("ap-southeast-3", validation_alias="CODEARTS_REGION", description="region of the registries")
    endpoint: str | None = Field(
        None, validation_alias="CODEARTS_ENDPOINT", description="https://… instead of the region's own endpoint"
    )
    description_note: str | None = Field(
        None,
        validation_alias="CODEARTS_DESCRIPTION_NOTE",
        description="added to every description, such as “by {requester}, {reference}”",
    )
    connect_timeout: float = Field(
        5.0, gt=0, validation_alias="CODEARTS_CONNECT_TIMEOUT", description="seconds to connect to CodeArts"
    )
    read_timeout: float = Field(
        60.0, gt=0, validation_alias="CODEARTS_READ_TIMEOUT", description="seconds to wait for an answer of CodeArts"
    )

    https_proxy: SecretStr | None = Field(
        None, validation_alias="HTTPS_PROXY", description="http://proxy:3128, the way to every https address"
    )
    http_proxy: SecretStr | None = Field(None, validation_alias="HTTP_PROXY", description="the same for http addresses")
    no_proxy: str | None = Field(
        None, validation_alias="NO_PROXY", description="what is called directly: example.com, 10.0.0.0/8, or * for all"
    )
    ssl_cert_file: str | None = Field(
        None, validation_alias="SSL_CERT_FILE", description="certificate authorities to trust instead of the system's"
    )

    @field_validator("description_note")
    @classmethod
    def _readable_note(cls, value: str | None) -> str | None:
        try:
            return DescriptionNote(template=value.strip()).template if value and value.strip() else None
        except ValueError as error:
            raise SettingsError(f"CODEARTS_DESCRIPTION_NOTE: {error}.") from None

    @model_validator(mode="before")
    @classmethod
    def _whole_credential(cls, values: dict[str, Any]) -> dict[str, Any]:
        given = {name for field in ("access_key", "secret_key") for name in _names(cls, field) if values.get(name)}
        if len({name[-2:] for name in given}) == 1:
            have = min(given)
            missing = have[:-2] + ("SK" if have.endswith("AK") else "AK")
            raise SettingsError(f"{missing} is missing: {have} is only half a credential. Set both.")
        return values

    @property
    def secrets(self) -> list[str]:
        """Every value that must never be logged."""
        values = (getattr(self, name) for name in type(self).model_fields)
        secrets = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        passwords = [found[1] for secret in secrets if (found := _PASSWORD_IN_URL.search(secret))]
        return [*secrets, *passwords, *map(unquote, passwords)]


class Settings(CodeArtsSettings):
    """All that the bot needs."""

    slack_bot_token: SecretStr = Field(
        validation_alias="SLACK_BOT_TOKEN", description="xoxb-… from “OAuth & Permissions” of the Slack app"
    )
    slack_signing_secret: SecretStr | None = Field(
        None,
        validation_alias="SLACK_SIGNING_SECRET",
        description="from “Basic Information” of the Slack app; required unless SLACK_APP_TOKEN is set",
    )
    slack_app_token: SecretStr | None = Field(
        None, validation_alias="SLACK_APP_TOKEN", description="xapp-…: use Socket Mode instead of HTTP"
    )
    slack_api_url: str = Field(
        "https://slack.com/api/", validation_alias="SLACK_API_URL", description="any Slack-compatible server"
    )
    database_url: str = Field(
        "sqlite:///registry-bot.sqlite3",
        repr=False,
        validation_alias="DATABASE_URL",
        description="sqlite:///file, or postgresql://… for several replicas",
    )
    executor_id: str | None = Field(
        None,
        validation_alias="EXECUTOR_ID",
        description="PostgreSQL: one for each replica, the same after a restart; default: host name and number",
    )
    retention_days: int = Field(
        30, ge=1, validation_alias="RETENTION_DAYS", description="days for which finished requests are kept"
    )
    host: str = Field("0.0.0.0", validation_alias="HOST", description="address to listen on")  # noqa: S104  a container's
    port: int = Field(3000, ge=0, le=65535, validation_alias="PORT", description="port to listen on")
    notify_channels: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        validation_alias="NOTIFY_CHANNELS",
        description="ids of further channels that hear every outcome, comma-separated",
    )
    shared_channels: bool = Field(
        False,
        validation_alias="ALLOW_SHARED_CHANNELS",
        description="yes: the form also offers channels that are shared with other companies",
    )

    @field_validator("notify_channels", mode="before")
    @classmethod
    def _channel_ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        ids = tuple(part.strip() for part in value.split(",") if part.strip())
        for wrong in (part for part in ids if not _CHANNEL_ID.fullmatch(part)):
            raise SettingsError(f"NOTIFY_CHANNELS: “{wrong}” is not a channel ID. An ID looks like C0123ABCD.")
        return ids

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _not_each_others(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        wrong, right, name = {
            "slack_bot_token": ("xapp-", "xoxb-", "SLACK_BOT_TOKEN"),
            "slack_app_token": ("xoxb-", "xapp-", "SLACK_APP_TOKEN"),
        }[info.field_name or ""]
        if value and value.get_secret_value().startswith(wrong):
            raise SettingsError(f"{name} holds the other token: it begins with {wrong}, and should with {right}.")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_slash(cls, value: str) -> str:
        return value.rstrip("/") + "/"

    @model_validator(mode="after")
    def _signed_or_socket(self) -> "Settings":
        if self.slack_app_token is None and self.slack_signing_secret is None:
            raise SettingsError(
                "SLACK_SIGNING_SECRET is missing. Copy it from “Basic Information” of the Slack app, "
                "or set SLACK_APP_TOKEN to use Socket Mode."
            )
        return self

    @property
    def secrets(self) -> list[str]:
        """Every value that must never be logged, the database's password among them."""
        password = urlsplit(self.database_url).password
        return [*super().secrets, unquote(password), password] if password else super().secrets


S = TypeVar("S", bound=CodeArtsSettings)


def read(kind: type[S]) -> S:
    """Read settings of one kind.

    Raises `SettingsError` with a line for each thing that is wrong (what spans fields comes alone).
    """
    try:
        return kind()
    except ValidationError as error:
        raise SettingsError("\n".join(_line(kind, dict(problem)) for problem in error.errors())) from None


def describe(kind: type[CodeArtsSettings]) -> list[tuple[str, str, str]]:
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


def help_text(kind: type[CodeArtsSettings]) -> str:
    """Every variable with its default and its meaning, for `--help`."""
    rows = (f"  {name} [{default}]\n      {meaning}" for name, default, meaning in describe(kind))
    return "settings (environment or .env):\n" + "\n".join(rows)


def _names(kind: type[BaseSettings], field: str) -> list[str]:
    alias = kind.model_fields[field].validation_alias
    return [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [str(alias)]


def _line(kind: type[CodeArtsSettings], problem: dict[str, Any]) -> str:
    place = str(problem["loc"][0]) if problem["loc"] else ""
    names = {alias: field for field in kind.model_fields for alias in (*_names(kind, field), field)}
    field = names.get(place, place)
    name = _names(kind, field)[0] if field in kind.model_fields else place
    meaning = kind.model_fields[field].description if field in kind.model_fields else ""
    if problem["type"] == "missing":
        return f"{name} is missing: {meaning}."
    return f"{name}: {problem['msg'][:1].lower()}{problem['msg'][1:]} ({meaning})."
