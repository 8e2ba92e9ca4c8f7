"""Where the access key comes from, until when it is valid, and why there is none."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.codearts.credentials.key import Key, NoKey
from bot.config import Settings
from bot.domain.credentials import Way
from bot.domain.findings import Finding, fix, note, ok, wait
from bot.errors import NoCredentials
from bot.observability.check.context import CheckContext
from bot.observability.check.reaching import not_reached

CHOSEN_BY = {
    Way.OIDC: "HUAWEICLOUD_OIDC_PROVIDER_URN",
    Way.IDENTITY_PROVIDER: "HUAWEICLOUD_SDK_IDP_ID",
    Way.SETTINGS: "HUAWEICLOUD_SDK_AK",
    Way.PROFILE: "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
    Way.ECS: "CODEARTS_ECS_AGENCY",
}
_SOURCES = {
    Way.OIDC: "STS, for the ID token in {settings.oidc_token_file}",
    Way.IDENTITY_PROVIDER: "IAM, for an ID token",
    Way.SETTINGS: "HUAWEICLOUD_SDK_AK",
    Way.PROFILE: "{settings.profile}",
    Way.ECS: "the agency of this ECS",
}
# Who issues it, and the setting with the address.
_SERVICES = {
    Way.OIDC: ("STS", "HUAWEICLOUD_SDK_STS_ENDPOINT"),
    Way.IDENTITY_PROVIDER: ("IAM", "HUAWEICLOUD_SDK_IAM_ENDPOINT"),
}
_PASSING = frozenset({NoKey.BUSY, NoKey.FAILED})


async def credentials(context: CheckContext) -> list[Finding]:
    """What can be found out about the key before it is used; `context.key` is the key, if there is one."""
    found = list(_unused(context.settings))
    try:
        context.key = await context.probe.keys.current()
    except NoCredentials as failure:
        return [*found, _none(context, failure)]
    return [*found, _source(context, context.key)]


def _source(context: CheckContext, key: Key) -> Finding:
    source = _SOURCES[context.settings.ways[0]].format(settings=context.settings)
    if key.expires is None:
        return ok("key_source", source=source)
    expires = datetime.fromtimestamp(key.expires, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return ok("key_source_until", source=source, expires=expires)


def _unused(settings: Settings) -> Iterator[Finding]:
    first, *others = settings.ways
    if others:
        yield note("key_sources_unused", used=CHOSEN_BY[first], unused=", ".join(CHOSEN_BY[way] for way in others))


def _none(context: CheckContext, failure: NoCredentials) -> Finding:
    way = context.probe.keys.source.way
    values = {"where": failure.where, "said": failure.said, "message": failure.message or ""}
    if way is Way.ECS and failure.code in {NoKey.REFUSED, NoKey.NO_AGENCY}:
        return fix(NoKey.NO_AGENCY, **values)
    if way is Way.ECS and (failure.code == NoKey.UNREADABLE or failure.code not in set(NoKey)):
        return wait("key_ecs_away", **{**values, "said": failure.code})
    service, setting = _SERVICES.get(way, ("", ""))
    if failure.code not in set(NoKey):
        chosen = bool(context.settings.sts_endpoint if way is Way.OIDC else context.settings.iam_endpoint)
        return not_reached(
            failure.code, service=service, setting=setting, url=failure.where, chosen=chosen, network=context.network
        )
    say = wait if failure.code in _PASSING else fix
    return say(failure.code, service=service, setting=setting, **values)
