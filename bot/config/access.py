"""The settings for who may request a registry."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import NoDecode

from bot.settings.fields import ChannelIds, GroupIds, UserIds
from bot.settings.reading import CheckedSettings

_PER_HOUR_MAX = 10_000


class AccessSettings(CheckedSettings):
    """If none is set, every full member of the workspace may request registries, without a limit."""

    allowed_users: Annotated[UserIds, NoDecode] = Field(
        (),
        validation_alias="ALLOWED_USERS",
        description="only these people, and those of ALLOWED_GROUPS, may ask: ids, comma-separated",
    )
    allowed_groups: Annotated[GroupIds, NoDecode] = Field(
        (),
        validation_alias="ALLOWED_GROUPS",
        description="only members of these user groups, and ALLOWED_USERS, may ask: ids, comma-separated (S0123ABCD)",
    )
    allowed_channels: Annotated[ChannelIds, NoDecode] = Field(
        (),
        validation_alias="ALLOWED_CHANNELS",
        description="registries may be requested and announced in these channels only: ids, comma-separated (C0123ABCD)",
    )
    allow_guests: bool | None = Field(
        None,
        validation_alias="ALLOW_GUESTS",
        description="yes: guests may ask; no: only known full members may; unset: known guests may not",
    )
    allow_external: bool = Field(
        False, validation_alias="ALLOW_EXTERNAL", description="yes: people of other companies may ask"
    )
    max_per_person_hour: int | None = Field(
        None,
        ge=1,
        le=_PER_HOUR_MAX,
        validation_alias="MAX_PER_PERSON_HOUR",
        description="how many registries one person may ask for within an hour",
    )
