"""What the page suggests to a visitor, and the one command of Slack's own that it knows."""

from typing import Any

from bot.playground.slack.installed_app import COMMAND, Command

INVITE = Command(command="/invite", hint="@registry-bot", description="Bring the app into this channel")

# `say` is typed into the message box, `go` opens a place; what has neither is done by hand.
THINGS_TO_TRY: tuple[dict[str, Any], ...] = (
    {"words": "Ask for a registry.", "say": f"{COMMAND} team-shop"},
    {"words": "Let the cloud lose its answer, ask for another one, and watch what becomes of it.", "go": "cloud"},
    {"words": "As somebody else in the CodeArts console, make a registry; then ask for the same name.", "go": "cloud"},
    {"words": "Pull the bot's plug while it works. Nothing that the form accepted is lost."},
)
