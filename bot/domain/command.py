"""The slash command of the bot: one for all that its features hear; an installation may call it otherwise (COMMAND). Pure."""

import re

COMMAND = "/create-registry"
# https://docs.slack.dev/reference/app-manifest: 32 characters with the slash. Slack shows names in small letters.
_NAME = re.compile(r"/[^\s/A-Z<>&`*~|\"']{1,31}")


def is_command(text: str) -> bool:
    """Whether Slack takes it as the name of a slash command."""
    return _NAME.fullmatch(text) is not None and text.isprintable()
