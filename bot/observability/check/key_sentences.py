"""What the findings about the access key say, and the one thing to do about each: a part of `sentences.py`."""

from bot.codearts.credentials.key import NoKey

_NEW_KEY = "Make a new access key under “My Credentials” → “Access Keys”, and "
_SETTINGS = "set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK from the same file."

WHAT = {
    "key_source": "the access key comes from {source}",
    "key_source_until": "the access key comes from {source}; it expires at {expires}, and is renewed before then",
    "key_sources_unused": "{used} is used for the access key, and {unused} is not",
    "key_ecs_away": "there is no access key: the metadata service of the ECS ({where}) does not give one ({said})",
    NoKey.NO_AGENCY: "there is no access key: this ECS has no agency: {message}",
    NoKey.FILE_UNREADABLE: "there is no access key: {where} cannot be used: {said}",
    NoKey.REFUSED: "there is no access key: {service} does not accept the ID token: {said}: {message}",
    NoKey.BUSY: "there is no access key: {where} answers {said} {message}",
    NoKey.UNREADABLE: "there is no access key: the answer of {where} holds none ({said})",
    NoKey.EXPIRED: "there is no access key: by the clock of this host, the new one has expired already",
    NoKey.FAILED: "there is no access key: the bot itself failed to fetch it",
    "codearts_key": "CodeArts: {host} accepts the access key",
    "codearts_key_refused": "CodeArts: the access key is refused: {code}: {message}",
    "codearts_profile_refused": "CodeArts: the access key is refused: {code}: {message}",
    "codearts_agency_refused": "CodeArts: the temporary access key is refused: {code}: {message}",
    "codearts_token_refused": "CodeArts: the temporary credentials are refused: {code}: {message}",
    "codearts_token_missing": "CodeArts: the access key is a temporary one, without its security token: {code}: {message}",
}

FIX = {
    "key_sources_unused": "Unset the one that is not intended.",
    "key_ecs_away": (
        "Run the bot on an ECS, where it can reach {where} (in a container: with the network of the host); elsewhere unset "
        "CODEARTS_ECS_AGENCY and set an access key."
    ),
    NoKey.NO_AGENCY: "Choose an agency for this ECS in its console; it needs the rights listed in the README.",
    NoKey.FILE_UNREADABLE: "Correct the file, and let the user that runs the bot read it.",
    NoKey.REFUSED: (
        "Compare issuer, audience and subject of the token with what the identity provider in IAM allows, and the names in "
        "the settings with those in IAM."
    ),
    NoKey.BUSY: "Wait: the service is busy or in trouble.",
    NoKey.UNREADABLE: "Correct {setting}: what answers there is not {service}.",
    NoKey.EXPIRED: "Set the clock of this host.",
    NoKey.FAILED: "Report the traceback in the log to the maintainers of the bot.",
    "codearts_key_refused": _NEW_KEY + _SETTINGS,
    "codearts_profile_refused": _NEW_KEY + "write it into [basic] of {source}.",
    "codearts_agency_refused": "Look in IAM whether the agency or user behind it still exists and belongs to this account.",
    "codearts_token_refused": (
        "Get new ones, and set HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK and HUAWEICLOUD_SDK_SECURITY_TOKEN together."
    ),
    "codearts_token_missing": "Set HUAWEICLOUD_SDK_SECURITY_TOKEN, or use a permanent access key.",
}
