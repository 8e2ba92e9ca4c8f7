"""Finds names that look like misspelt settings: without a warning, the default would silently be used. Pure."""

import difflib
from collections.abc import Iterable

# The prefixes of the bot's own settings. Names such as PORT and COMMAND are shared with many programs.
_PREFIXES = ("slack_", "huaweicloud_", "cloud_sdk_", "codearts_", "management_", "name_pattern")
_NEARLY = 0.85
_LONG_ENOUGH = 8  # too many unrelated names resemble a short one
_OF_OTHERS = ("_proxy",)


def unknown_names(given: Iterable[str], *, known: Iterable[str]) -> list[tuple[str, str | None]]:
    """Those of `given` that were probably meant for the bot, each with the setting that is probably meant."""
    names = {name.lower(): name for name in known}
    found = []
    for name in sorted(set(given)):
        lower = name.lower()
        if lower in names or lower.endswith(_OF_OTHERS):
            continue
        near = [name for name in _near(lower, names) if not _has_more_words(lower, name)]
        if near or lower.startswith(_PREFIXES):
            found.append((name.upper(), names[near[0]] if near else None))
    return found


def _near(lower: str, names: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(lower, list(names), n=1, cutoff=_NEARLY) if len(lower) >= _LONG_ENOUGH else []


def _has_more_words(lower: str, name: str) -> bool:
    """Whether it is one of ours with a foreign prefix or suffix, such as NIX_SSL_CERT_FILE."""
    return lower.endswith(f"_{name}") or lower.startswith(f"{name}_")
