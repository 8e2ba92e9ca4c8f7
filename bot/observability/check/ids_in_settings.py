"""The Slack IDs that the settings contain, found by how the names of the settings end."""

from collections.abc import Iterator

from bot.config import Settings
from bot.domain.news import NewsChannel


def ids_in_settings(settings: Settings, *endings: str) -> Iterator[tuple[str, str]]:
    """(setting, ID) for every ID in a setting whose name has one of the `endings`, each pair once."""
    found: dict[tuple[str, str], None] = {}
    for name, field in type(settings).model_fields.items():
        setting, value = str(field.validation_alias), getattr(settings, name)
        if setting.endswith(endings) and not isinstance(value, bool):
            for each in value if isinstance(value, tuple) else (value,):
                if each:
                    found[setting, each.channel if isinstance(each, NewsChannel) else str(each)] = None
    yield from found
