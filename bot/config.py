"""The settings: one class for each thing that is set up, read from the environment and `.env` when a command starts.

Every variable is described here once; `registry-bot run --help` and the README's table say the same.
"""

from typing import Annotated
from urllib.parse import quote

from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import NoDecode

from bot.domain.description_note import DescriptionNote
from bot.settings.database_url import DatabaseUrl
from bot.settings.fields import (
    ChannelIds,
    DatabaseAddress,
    Host,
    Id,
    Line,
    Secret,
    SecretLine,
    plain_url,
    slack_token,
    wrong,
)
from bot.settings.reading import CheckedSettings, describe, help_text, read
from bot.settings.values import is_slacks_signing_secret

__all__ = ["CodeArtsSettings", "DatabaseSettings", "Settings", "describe", "help_text", "read"]

_RETENTION_DAYS_MAX = 36_500


class CodeArtsSettings(CheckedSettings):
    """What is needed to call CodeArts Artifact; all that `registry-bot create` needs."""

    access_key: Secret = Field(
        validation_alias=AliasChoices("HUAWEICLOUD_SDK_AK", "CLOUD_SDK_AK"),
        description="access key of the Huawei Cloud account",
    )
    secret_key: Secret = Field(
        validation_alias=AliasChoices("HUAWEICLOUD_SDK_SK", "CLOUD_SDK_SK"),
        description="secret key that belongs to it",
    )
    security_token: Secret | None = Field(
        None, validation_alias="HUAWEICLOUD_SDK_SECURITY_TOKEN", description="only with temporary credentials"
    )
    project_id: Id | None = Field(
        None, validation_alias="HUAWEICLOUD_SDK_PROJECT_ID", description="IAM project id, sent as X-Project-Id"
    )
    domain_id: Id | None = Field(
        None, validation_alias="HUAWEICLOUD_SDK_DOMAIN_ID", description="account id; needed for look-ups"
    )
    codearts_project_id: Id | None = Field(
        None,
        validation_alias="CODEARTS_PROJECT_ID",
        description="CodeArts project id, from the console's address (not the IAM one); needed for look-ups",
    )
    region: Line = Field("ap-southeast-3", validation_alias="CODEARTS_REGION", description="region of the registries")
    endpoint: Annotated[str | None, plain_url("https://artifact.example.com")] = Field(
        None, validation_alias="CODEARTS_ENDPOINT", description="https://… instead of the region's own endpoint"
    )
    description_note: Line | None = Field(
        None,
        validation_alias="CODEARTS_DESCRIPTION_NOTE",
        description="added to every description, such as “by {requester}, {reference}”",
    )
    connect_timeout: float = Field(
        5.0,
        gt=0,
        allow_inf_nan=False,
        validation_alias="CODEARTS_CONNECT_TIMEOUT",
        description="seconds to connect to CodeArts",
    )
    read_timeout: float = Field(
        60.0,
        gt=0,
        allow_inf_nan=False,
        validation_alias="CODEARTS_READ_TIMEOUT",
        description="seconds to wait for an answer of CodeArts",
    )

    https_proxy: SecretLine | None = Field(
        None, validation_alias="HTTPS_PROXY", description="http://proxy:3128, the way to every https address"
    )
    http_proxy: SecretLine | None = Field(
        None, validation_alias="HTTP_PROXY", description="the same for http addresses"
    )
    no_proxy: Line | None = Field(
        None, validation_alias="NO_PROXY", description="what is called directly: example.com, 10.0.0.0/8, or * for all"
    )
    ssl_cert_file: Line | None = Field(
        None, validation_alias="SSL_CERT_FILE", description="certificate authorities to trust instead of the system's"
    )

    @field_validator("description_note")
    @classmethod
    def _readable_note(cls, value: str | None) -> str | None:
        try:
            return DescriptionNote(template=value).template if value else None
        except ValueError as error:
            raise wrong(f": {error}.") from None


class DatabaseSettings(CheckedSettings):
    """What is needed to ask the ledger, or to migrate it."""

    database_url: DatabaseAddress = Field(
        "sqlite:///registry-bot.sqlite3",
        repr=False,
        validation_alias="DATABASE_URL",
        description="sqlite:///file, or postgresql://… for several replicas",
    )

    @property
    def secrets(self) -> list[str]:
        """Every value that must never be logged, the database's passwords among them."""
        of_database = DatabaseUrl.parse(self.database_url).secrets
        return [*super().secrets, *of_database, *(quote(secret, safe="") for secret in of_database)]


class Settings(DatabaseSettings, CodeArtsSettings):
    """All that the bot needs."""

    slack_bot_token: Annotated[Secret, slack_token("xoxb-", other="xapp-")] = Field(
        validation_alias="SLACK_BOT_TOKEN", description="xoxb-… from “OAuth & Permissions” of the Slack app"
    )
    slack_signing_secret: Secret | None = Field(
        None,
        validation_alias="SLACK_SIGNING_SECRET",
        description="from “Basic Information” of the Slack app; required unless SLACK_APP_TOKEN is set",
    )
    slack_app_token: Annotated[Secret | None, slack_token("xapp-", other="xoxb-")] = Field(
        None,
        validate_default=True,
        validation_alias="SLACK_APP_TOKEN",
        description="xapp-…: use Socket Mode instead of HTTP",
    )
    slack_api_url: Annotated[str, plain_url("https://slack.com/api/")] = Field(
        "https://slack.com/api/", validation_alias="SLACK_API_URL", description="any Slack-compatible server"
    )
    executor_id: Line | None = Field(
        None,
        validation_alias="EXECUTOR_ID",
        description="PostgreSQL: one for each replica, the same after a restart; default: host name and number",
    )
    retention_days: int = Field(
        30,
        ge=1,
        le=_RETENTION_DAYS_MAX,
        validation_alias="RETENTION_DAYS",
        description="days for which the engine's records of finished requests are kept; receipts are kept for ever",
    )
    host: Host = Field("0.0.0.0", validation_alias="HOST", description="address to listen on")  # noqa: S104  a container's
    port: int = Field(3000, ge=0, le=65535, validation_alias="PORT", description="port to listen on")
    notify_channels: Annotated[ChannelIds, NoDecode] = Field(
        (),
        validation_alias="NOTIFY_CHANNELS",
        description="ids of further channels that hear every outcome, comma-separated",
    )
    shared_channels: bool = Field(
        False,
        validation_alias="ALLOW_SHARED_CHANNELS",
        description="yes: the form also offers channels that are shared with other companies",
    )

    @field_validator("slack_app_token")
    @classmethod
    def _or_a_signing_secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and info.data.get("slack_signing_secret", "wrong as well") is None:
            raise wrong(
                " is missing. Copy it from “Basic Information” of the Slack app, or set SLACK_APP_TOKEN to use Socket Mode.",
                name="SLACK_SIGNING_SECRET",
            )
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_slash(cls, value: str) -> str:
        return value.rstrip("/") + "/"

    @property
    def signing_secret_is_like_slacks(self) -> bool:
        """Whether it looks as Slack makes them, or is not used. What is compatible with Slack may make others."""
        secret = self.slack_signing_secret
        return bool(self.slack_app_token) or secret is None or is_slacks_signing_secret(secret.get_secret_value())
