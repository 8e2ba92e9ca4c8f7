"""The settings: one class for each area, read from the environment and `.env` when a command starts.

Every variable is described here once; `registry-bot run --help` and the table in docs/settings.md say the same.
"""

from bot.config.codearts import CodeArtsSettings
from bot.config.database import DatabaseSettings
from bot.config.operating import CommandSettings
from bot.config.service import Settings
from bot.settings.reading import describe, help_text, misspelt_settings, read, set_twice

__all__ = [
    "CodeArtsSettings",
    "CommandSettings",
    "DatabaseSettings",
    "Settings",
    "describe",
    "help_text",
    "misspelt_settings",
    "read",
    "set_twice",
]
