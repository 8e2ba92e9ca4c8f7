"""Where the access key comes from: the names are those of the vendor's SDK (docs/facts/codearts.md sections 0 and 3e)."""

from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, ValidationInfo, field_validator

from bot.domain.credentials import Way
from bot.settings.fields import Id, Line, Secret, half, none_of, plain_url, wrong
from bot.settings.reading import CheckedSettings

# The setting by which each way is chosen.
_CHOOSING = {
    Way.OIDC: "oidc_provider",
    Way.IDENTITY_PROVIDER: "idp_id",
    Way.SETTINGS: "access_key",
    Way.PROFILE: "credentials_file",
    Way.ECS: "ecs_agency",
}
# None is of use without the other.
_KEY_PAIRS = {"access_key": "secret_key", "secret_key": "access_key"}
_PAIRS = {
    "oidc_provider": "oidc_agency",
    "oidc_agency": "oidc_token_file",
    "oidc_token_file": "oidc_provider",
    "idp_id": "id_token_file",
    "id_token_file": "idp_id",
}
_NONE = (
    "HUAWEICLOUD_SDK_AK is missing, and so is every other way to an access key. Set it with HUAWEICLOUD_SDK_SK, or set "
    "HUAWEICLOUD_OIDC_PROVIDER_URN, HUAWEICLOUD_SDK_IDP_ID, HUAWEICLOUD_SDK_CREDENTIALS_FILE or CODEARTS_ECS_AGENCY=yes."
)


def default_profile() -> str | None:
    """The file that the vendor's tools read, if it exists."""
    try:
        path = Path.home().joinpath(".huaweicloud", "credentials")
        return str(path) if path.is_file() else None
    except (OSError, RuntimeError):  # no home, or none that may be looked at
        return None


class CredentialSettings(CheckedSettings):
    """The ways to a key, and what each needs. Where several are set, `domain.credentials.Way` has the order."""

    access_key: Secret | None = Field(
        None,
        validation_alias=AliasChoices("HUAWEICLOUD_SDK_AK", "CLOUD_SDK_AK"),
        description="access key of the Huawei Cloud account; required, unless one of the other ways to a key is set",
    )
    secret_key: Secret | None = Field(
        None,
        validation_alias=AliasChoices("HUAWEICLOUD_SDK_SK", "CLOUD_SDK_SK"),
        description="secret key that belongs to it",
    )
    security_token: Secret | None = Field(
        None, validation_alias="HUAWEICLOUD_SDK_SECURITY_TOKEN", description="only with temporary credentials"
    )
    oidc_provider: Id | None = Field(
        None,
        validation_alias="HUAWEICLOUD_OIDC_PROVIDER_URN",
        description="URN of the identity provider whose ID tokens STS accepts for an agency",
    )
    oidc_agency: Id | None = Field(
        None, validation_alias="HUAWEICLOUD_OIDC_AGENCY_URN", description="URN of that agency"
    )
    oidc_token_file: Line | None = Field(
        None,
        validation_alias="HUAWEICLOUD_OIDC_TOKEN_FILE",
        description="the file in which its ID token is kept current, such as a projected token of Kubernetes",
    )
    idp_id: Id | None = Field(
        None,
        validation_alias="HUAWEICLOUD_SDK_IDP_ID",
        description="name of the identity provider in IAM whose ID tokens IAM accepts for a user",
    )
    id_token_file: Line | None = Field(
        None,
        validation_alias="HUAWEICLOUD_SDK_ID_TOKEN_FILE",
        description="the file in which its ID token is kept current",
    )
    credentials_file: Line | None = Field(
        None,
        validation_alias="HUAWEICLOUD_SDK_CREDENTIALS_FILE",
        description="a profile file of the vendor's tools, with [basic]; default: ~/.huaweicloud/credentials, if there is one",
    )
    ecs_agency: bool = Field(
        False,
        validation_alias="CODEARTS_ECS_AGENCY",
        description="yes: the key is that of the agency of the ECS on which the bot runs",
    )
    iam_endpoint: Annotated[str | None, plain_url("https://iam.example.com")] = Field(
        None, validation_alias="HUAWEICLOUD_SDK_IAM_ENDPOINT", description="https://… instead of the region's own IAM"
    )
    sts_endpoint: Annotated[str | None, plain_url("https://sts.example.com")] = Field(
        None,
        validate_default=True,
        validation_alias="HUAWEICLOUD_SDK_STS_ENDPOINT",
        description="https://… instead of the region's own STS",
    )

    @field_validator("sts_endpoint")
    @classmethod
    def _has_a_way(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Run last. A field that is wrong is not among the data: it has its own line."""

        def has(field: str) -> bool:
            return bool(info.data.get(field, "something wrong"))

        for have, need in _KEY_PAIRS.items():
            if has(have) and not has(need):
                raise half(need)
        for have, need in _PAIRS.items():
            if has(have) and not has(need):
                names = [str(cls.model_fields[each].validation_alias) for each in (need, have)]
                raise wrong(f" is missing: {names[1]} is of no use without it. Set both.", name=names[0])
        if not any(map(has, _CHOOSING.values())) and default_profile() is None:
            raise none_of(("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"), _NONE)
        return value

    @property
    def ways(self) -> tuple[Way, ...]:
        """Those that are set. The first one counts."""
        found = tuple(way for way in Way if getattr(self, _CHOOSING[way]))
        return found or (Way.PROFILE,)

    @property
    def profile(self) -> str:
        """The profile file: the one that is named, else the vendor's own."""
        return self.credentials_file or default_profile() or ""
