"""Builds the source of the key that is selected by the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.codearts.credentials.ecs import EcsKey
from bot.codearts.credentials.identity_provider import IdentityProviderKey
from bot.codearts.credentials.key import Key, Source
from bot.codearts.credentials.key_cache import KeyCache
from bot.codearts.credentials.oidc import OidcKey, sts_of
from bot.codearts.credentials.profile import ProfileKey, read_profile
from bot.codearts.credentials.settings import SettingsKey
from bot.domain.credentials import Way
from bot.errors import NoCredentials, SettingsError

if TYPE_CHECKING:
    from pydantic import SecretStr

    from bot.config import CodeArtsSettings
    from bot.net.network import Network


def build_keys(settings: CodeArtsSettings, *, network: Network) -> KeyCache:
    """The cache of the chosen source; it calls nothing yet. Raises `SettingsError` for an unusable profile file."""
    return KeyCache(_source(settings, network))


def _source(settings: CodeArtsSettings, network: Network) -> Source:
    match settings.ways[0]:
        case Way.OIDC:
            return _oidc(settings, network)
        case Way.IDENTITY_PROVIDER:
            return _identity_provider(
                settings, network, idp_id=settings.idp_id or "", id_token_file=settings.id_token_file or ""
            )
        case Way.PROFILE:
            return _profile(settings, network)
        case Way.ECS:
            return EcsKey()
        case _:
            key = Key(
                access_key=_plain(settings.access_key),
                secret_key=_plain(settings.secret_key),
                security_token=_plain(settings.security_token) or None,
            )
            return SettingsKey(key)


def _oidc(settings: CodeArtsSettings, network: Network) -> Source:
    return OidcKey(
        url=settings.sts_endpoint or sts_of(settings.region),
        network=network,
        provider=settings.oidc_provider or "",
        agency=settings.oidc_agency or "",
        id_token_file=settings.oidc_token_file or "",
    )


def _identity_provider(
    settings: CodeArtsSettings, network: Network, *, idp_id: str, id_token_file: str, iam: str | None = None
) -> Source:
    return IdentityProviderKey(
        url=settings.iam_endpoint or iam or f"https://iam.{settings.region}.myhuaweicloud.com",
        network=network,
        idp_id=idp_id,
        id_token_file=id_token_file,
    )


def _profile(settings: CodeArtsSettings, network: Network) -> Source:
    try:
        profile = read_profile(settings.profile)
    except NoCredentials as failure:
        said = (
            f"HUAWEICLOUD_SDK_CREDENTIALS_FILE: {failure.where} cannot be used ({failure.said}). "
            "Write [basic] with ak and sk into it, or set another way to an access key."
        )
    else:
        if profile.key is not None:
            return ProfileKey(settings.profile, profile.key)
        return _identity_provider(
            settings,
            network,
            idp_id=profile.idp_id,
            id_token_file=profile.id_token_file,
            iam=profile.iam_endpoint,
        )
    raise SettingsError(said)


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
