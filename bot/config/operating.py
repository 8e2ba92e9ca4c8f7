"""The settings for operating an installation: its name, its log, its management port."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from bot.domain.command import COMMAND, is_command
from bot.settings.fields import ChannelId, Host, Line, wrong
from bot.settings.reading import CheckedSettings

_LABEL_MAX = 80
_DRAIN_SECONDS_MAX = 600


def _command(value: str) -> str:
    if not is_command(value):
        raise wrong(
            f" has to look like {COMMAND}: a slash, then up to 31 characters without spaces or capital letters. Write it "
            "as the Slack app has it."
        )
    return value


def _label(value: str | None) -> str | None:
    if value is not None and len(value) > _LABEL_MAX:
        raise wrong(f" may have {_LABEL_MAX} characters, and has {len(value)}. Shorten it.")
    return value


def _small(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class CommandSettings(CheckedSettings):
    """The name of the slash command, which is all that `registry-bot manifest` needs."""

    command: Annotated[Line, AfterValidator(_command)] = Field(
        COMMAND, validation_alias="COMMAND", description="the slash command, as configured in the Slack app"
    )


class OperatingSettings(CommandSettings):
    """What distinguishes one installation from another, its log, the management port, and how it shuts down."""

    label: Annotated[Line | None, AfterValidator(_label)] = Field(
        None, validation_alias="LABEL", description="shown in small print under every message, such as “Test”"
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_small)] = Field(
        "info", validation_alias="LOG_LEVEL", description="debug, info, warning or error; lower levels are not written"
    )
    log_format: Annotated[Literal["auto", "text", "json"], BeforeValidator(_small)] = Field(
        "auto", validation_alias="LOG_FORMAT", description="text or json; auto: text at a terminal, else json"
    )
    ops_channel: ChannelId | None = Field(
        None,
        validation_alias="OPS_CHANNEL",
        description="the channel in which the people who run the bot are told what is wrong with it (C0123ABCD)",
    )
    management_host: Host = Field(
        "127.0.0.1", validation_alias="MANAGEMENT_HOST", description="address of the management port"
    )
    management_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        validation_alias="MANAGEMENT_PORT",
        description="port for /metrics, and for /readyz with its reasons; without it neither is served",
    )
    drain_seconds: float = Field(
        0,
        ge=0,
        le=_DRAIN_SECONDS_MAX,
        allow_inf_nan=False,
        validation_alias="DRAIN_SECONDS",
        description="at SIGTERM: how long requests are still taken while /readyz says that it is not ready",
    )
