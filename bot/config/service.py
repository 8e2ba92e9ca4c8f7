"""All settings of the running bot: CodeArts, Slack, the database, where it listens, and what people are told."""

from typing import Annotated

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from bot.config.access import AccessSettings
from bot.config.approval import ApprovalSettings
from bot.config.codearts import CodeArtsSettings
from bot.config.database import DatabaseSettings
from bot.config.operating import OperatingSettings
from bot.domain.news import NewsChannel
from bot.settings.fields import (
    Host,
    Line,
    Lines,
    Secret,
    SigningSecret,
    UserIds,
    listed,
    plain_url,
    slack_token,
    wrong,
)
from bot.settings.values import is_slacks_signing_secret

SLACK_API_URL = "https://slack.com/api/"
_RETENTION_DAYS_MAX = 36_500


class Settings(ApprovalSettings, AccessSettings, OperatingSettings, DatabaseSettings, CodeArtsSettings):
    """All settings of the running bot."""

    slack_bot_token: Annotated[Secret, slack_token("xoxb-", other="xapp-")] = Field(
        validation_alias="SLACK_BOT_TOKEN", description="xoxb-… from “OAuth & Permissions” of the Slack app"
    )
    slack_signing_secret: SigningSecret = Field(
        None,
        validation_alias="SLACK_SIGNING_SECRET",
        description="from “Basic Information” of the Slack app; required unless SLACK_APP_TOKEN is set",
    )
    previous_signing_secret: SigningSecret = Field(
        None,
        validation_alias="SLACK_SIGNING_SECRET_PREVIOUS",
        description="the previous signing secret, also accepted while it is being replaced",
    )
    slack_app_token: Annotated[Secret | None, slack_token("xapp-", other="xoxb-")] = Field(
        None,
        validate_default=True,
        validation_alias="SLACK_APP_TOKEN",
        description="xapp-…: use Socket Mode instead of HTTP",
    )
    slack_api_url: Annotated[str, plain_url(SLACK_API_URL)] = Field(
        SLACK_API_URL, validation_alias="SLACK_API_URL", description="any Slack-compatible server"
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
    notify_channels: Annotated[tuple[NewsChannel, ...], NoDecode] = Field(
        (),
        validation_alias="NOTIFY_CHANNELS",
        description="further channels to which outcomes are posted, comma-separated: C0PLAT, C0SEC:problems, C0SHOP:shop-*",
    )
    operators: Annotated[UserIds, NoDecode] = Field(
        (),
        validation_alias="OPERATORS",
        description="ids of the people who run the bot, comma-separated; they may see every receipt",
    )
    shared_channels: bool = Field(
        False,
        validation_alias="ALLOW_SHARED_CHANNELS",
        description="yes: the form also offers channels that are shared with other companies",
    )

    support_contact: Line | None = Field(
        None,
        validation_alias="SUPPORT_CONTACT",
        description="whom people can ask about the bot, in words they know: “#platform-help”",
    )
    access_contact: Line | None = Field(
        None,
        validation_alias="ACCESS_CONTACT",
        description="whom people ask for access to a registry; default: SUPPORT_CONTACT",
    )
    push_guide: Lines | None = Field(
        None,
        validation_alias="PUSH_GUIDE",
        description="how to push an image: a text that may hold {address} and {name}, or the address of a page",
    )

    @field_validator("notify_channels", mode="before")
    @classmethod
    def _readable_channels(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(map(NewsChannel.parse, listed(value)))
        except ValueError as error:
            raise wrong(f": {error}.") from None

    @field_validator("slack_app_token")
    @classmethod
    def _or_a_signing_secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and info.data.get("slack_signing_secret", "wrong as well") is None:
            raise wrong(
                " is missing. Copy it from “Basic Information” of the Slack app, or set SLACK_APP_TOKEN to use Socket Mode.",
                name="SLACK_SIGNING_SECRET",
            )
        return value

    @field_validator("port")
    @classmethod
    def _not_the_management_port(cls, value: int, info: ValidationInfo) -> int:
        if value and value == info.data.get("management_port"):
            raise wrong(" and MANAGEMENT_PORT are the same. Set one of them to another number.")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_slash(cls, value: str) -> str:
        return value.rstrip("/") + "/"

    @property
    def contact_for_access(self) -> str | None:
        """Whom people ask for access to a registry."""
        return self.access_contact or self.support_contact

    @property
    def app_token(self) -> str | None:
        """SLACK_APP_TOKEN."""
        return self.slack_app_token.get_secret_value() if self.slack_app_token else None

    @property
    def signing_secrets(self) -> list[str]:
        """The accepted secrets, the current one first; none with Socket Mode, which needs none."""
        given = (self.slack_signing_secret, self.previous_signing_secret)
        return [each.get_secret_value() for each in given if each is not None]

    @property
    def signing_secret_is_like_slacks(self) -> bool:
        """Whether it looks like Slack's or is not used. Compatible servers may use others."""
        secret = self.slack_signing_secret
        return bool(self.slack_app_token) or secret is None or is_slacks_signing_secret(secret.get_secret_value())
