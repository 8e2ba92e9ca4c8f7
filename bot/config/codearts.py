"""The settings for creating a registry: the account, the region, the proxy, and the rules for names and descriptions."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from bot.config.credentials import CredentialSettings
from bot.domain.description_note import DescriptionNote
from bot.domain.naming_rule import NamingRule
from bot.settings.fields import CloudId, Line, SecretLine, plain_url, wrong
from bot.settings.name_pattern import compiled

_SECONDS_MAX = 3600  # more was meant as milliseconds
_SYNTAX = "Write it as RE2 reads it: without look-ahead and back-references."


class CodeArtsSettings(CredentialSettings):
    """The settings for calling CodeArts Artifact, which are all that `registry-bot create` needs."""

    project_id: CloudId | None = Field(
        None, validation_alias="HUAWEICLOUD_SDK_PROJECT_ID", description="IAM project id, sent as X-Project-Id"
    )
    domain_id: CloudId | None = Field(
        None, validation_alias="HUAWEICLOUD_SDK_DOMAIN_ID", description="account id; needed for look-ups"
    )
    codearts_project_id: CloudId | None = Field(
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
    name_pattern: Line | None = Field(
        None,
        validation_alias="NAME_PATTERN",
        description="a regular expression that every name has to match, such as [a-z]+-[a-z0-9]+",
    )
    name_pattern_help: Line | None = Field(
        None,
        validate_default=True,
        validation_alias="NAME_PATTERN_HELP",
        description="the same in words, with an example in quotation marks: Begin with your team, as in “shop-web”.",
    )
    connect_timeout: float = Field(
        5.0,
        gt=0,
        le=_SECONDS_MAX,
        allow_inf_nan=False,
        validation_alias="CODEARTS_CONNECT_TIMEOUT",
        description="seconds to connect to CodeArts",
    )
    read_timeout: float = Field(
        60.0,
        gt=0,
        le=_SECONDS_MAX,
        allow_inf_nan=False,
        validation_alias="CODEARTS_READ_TIMEOUT",
        description="seconds to wait for an answer from CodeArts",
    )

    https_proxy: SecretLine | None = Field(
        None, validation_alias="HTTPS_PROXY", description="the proxy for https addresses, such as http://proxy:3128"
    )
    http_proxy: SecretLine | None = Field(
        None, validation_alias="HTTP_PROXY", description="the same for http addresses"
    )
    no_proxy: Line | None = Field(
        None,
        validation_alias="NO_PROXY",
        description="what is called without a proxy: example.com, 10.0.0.0/8, or * for all",
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

    @field_validator("name_pattern")
    @classmethod
    def _readable_pattern(cls, value: str | None) -> str | None:
        try:
            if value is not None:
                compiled(value)
        except ValueError as error:
            raise wrong(f" cannot be used: {error}. {_SYNTAX}") from None
        return value

    @field_validator("name_pattern_help")
    @classmethod
    def _explains_the_pattern(cls, value: str | None, info: ValidationInfo) -> str | None:
        pattern = info.data.get("name_pattern")
        if pattern is None:
            return value
        if value is None:
            raise wrong(
                " is missing: NAME_PATTERN needs an explanation for people. Set it, with an example: Begin with your team, as "
                "in “shop-web”."
            )
        try:
            return NamingRule(help=value, matches=compiled(pattern)).help
        except ValueError as error:
            raise wrong(f": {error}.") from None

    @property
    def naming_rule(self) -> NamingRule | None:
        """The organisation's own rule for names."""
        if self.name_pattern is None or self.name_pattern_help is None:
            return None
        return NamingRule(help=self.name_pattern_help, matches=compiled(self.name_pattern))
