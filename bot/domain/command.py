"""The slash command, which all features share; an installation may give it another name (COMMAND). Pure."""

import re

COMMAND = "/create-registry"
# https://docs.slack.dev/reference/app-manifest: 32 characters with the slash. Slack shows names in small letters.
_NAME = re.compile(r"/[^\s/A-Z<>&`*~|\"']{1,31}")


def is_command(text: str) -> bool:
    """Whether Slack accepts it as the name of a slash command."""
    return _NAME.fullmatch(text) is not None and text.isprintable()
