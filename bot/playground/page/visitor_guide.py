"""What the page suggests to a visitor, and the one built-in command of Slack that it has."""

from typing import Any

from bot.playground.slack.installed_app import Command

INVITE = Command(command="/invite", hint="@registry-bot", description="Bring the app into this channel")


def things_to_try(command: str) -> tuple[dict[str, Any], ...]:
    """The suggestions, for an app with this command.

    `say` is typed into the message box, `go` opens a place (PLACES in guide.js); one with neither is done by hand.
    """
    return (
        {"words": "Ask for a registry, then press “How to push” in its message.", "say": f"{command} team-shop"},
        {
            "words": "The same from a message: “More actions” beside it, “Create registry”. The thread gets the result, too."
        },
        {
            "words": "As somebody else in CodeArts' console, create a registry; then ask for the same name.",
            "go": "cloud",
        },
        {
            "words": "Let the cloud refuse, or lose its answer, and ask again. An unknown outcome has “Check now”.",
            "go": "cloud",
        },
        {"words": "Ask who made it, and read its receipt.", "say": f"{command} status team-shop"},
        {"words": "Look at your requests in the app's Home, which is updated by itself.", "go": "home"},
        {"words": "Become Ben (under “You are”), and press Ana's buttons.", "go": "people"},
        {
            "words": "Let every request need an approval. Ask as Ana; become Ben or Chiara, and answer in #platform.",
            "go": "policy",
        },
        {"words": "Pull the bot's plug while it works. Nothing that the form accepted is lost."},
    )
