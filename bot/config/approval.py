"""The settings for approvals: which requests need one, and from whom."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from bot.settings.fields import ChannelId, GroupIds, Line, UserIds, wrong
from bot.settings.reading import CheckedSettings

_TTL = re.compile(r"([1-9][0-9]{0,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}
TTL_MAX_SECONDS = 30 * _SECONDS["d"]


def _small(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _ttl(value: str) -> str:
    if not 0 < _seconds(value) <= TTL_MAX_SECONDS:
        raise wrong(f": “{value}” is not a time between 1s and 30d. Write it as 7d, 36h, 90m or 30s.")
    return value


def _seconds(value: str) -> int:
    found = _TTL.fullmatch(value.lower())
    return int(found[1]) * _SECONDS[found[2]] if found else 0


class ApprovalSettings(CheckedSettings):
    """Without them no request needs an approval."""

    approval: Annotated[Literal["never", "outside_policy", "always"], BeforeValidator(_small)] = Field(
        "never",
        validation_alias="APPROVAL",
        description="which requests wait for an approval: never, outside_policy (what would be denied), or always",
    )
    approvers: Annotated[UserIds, NoDecode] = Field(
        (),
        validation_alias="APPROVERS",
        description="who may approve requests, but never their own: user ids, comma-separated",
    )
    approver_groups: Annotated[GroupIds, NoDecode] = Field(
        (),
        validation_alias="APPROVER_GROUPS",
        description="the same for the members of user groups: ids, comma-separated (S0123ABCD)",
    )
    approval_channel: ChannelId | None = Field(
        None,
        validate_default=True,
        validation_alias="APPROVAL_CHANNEL",
        description="the channel in which the approvers are asked (C0123ABCD)",
    )
    approval_ttl: Annotated[Line, AfterValidator(_ttl)] = Field(
        "7d",
        validation_alias="APPROVAL_TTL",
        description="how long a request waits for an approval: 7d, 36h, 90m or 30s; at most 30d",
    )

    @field_validator("approval_channel")
    @classmethod
    def _somebody_to_ask(cls, value: str | None, info: ValidationInfo) -> str | None:
        wanted = info.data.get("approval", "never")
        if wanted == "never":
            return value
        # One of these is not there where it is wrong itself, which is said already.
        if info.data.get("approvers", ("?",)) == () and info.data.get("approver_groups", ("?",)) == ():
            raise wrong(
                f" is missing: with APPROVAL={wanted} somebody has to approve. Set it, or APPROVER_GROUPS, or APPROVAL=never.",
                name="APPROVERS",
            )
        if value is None:
            raise wrong(
                f" is missing: with APPROVAL={wanted} the approvers are asked in a channel. Set it, or APPROVAL=never."
            )
        return value

    @property
    def approval_ttl_seconds(self) -> float:
        """APPROVAL_TTL."""
        return float(_seconds(self.approval_ttl))
