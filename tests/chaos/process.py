"""The bot as a child that dies with us: see `tests/support/bot_process.py`."""

from tests.support.bot_process import BotDied, BotProcess

__all__ = ["BotDied", "BotProcess"]
