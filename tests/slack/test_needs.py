"""What the parts of the bot need of the Slack app, put together."""

from bot.slack.needs import POSTER_NEEDS, ManifestNeeds, SlashCommand, all_needs

SOUP = SlashCommand(command="/lunch", description="Soup")
WHO = SlashCommand(command="/people", description="Who is there")

LUNCH = ManifestNeeds(slash_commands=frozenset({SOUP}), scopes=frozenset({"commands", "chat:write"}))
PEOPLE = ManifestNeeds(
    slash_commands=frozenset({WHO}), scopes=frozenset({"commands"}), optional_scopes=frozenset({"users:read"})
)


def test_two_needs_together_are_the_union_of_each_kind() -> None:
    both = LUNCH | PEOPLE
    assert both == ManifestNeeds(
        slash_commands=frozenset({SOUP, WHO}),
        scopes=frozenset({"commands", "chat:write"}),
        optional_scopes=frozenset({"users:read"}),
    )


def test_all_needs_are_those_of_every_feature_and_of_the_poster() -> None:
    together = all_needs([LUNCH, PEOPLE])
    assert together == LUNCH | PEOPLE | POSTER_NEEDS
    assert "chat:write.public" in together.scopes
    assert "channels:history" in together.optional_scopes


def test_without_a_feature_only_the_poster_needs_something() -> None:
    assert all_needs([]) == POSTER_NEEDS
    assert POSTER_NEEDS.commands == frozenset()
