"""A command of the terminal whose help also names settings."""

import argparse
from collections.abc import Callable
from typing import Any


def add_explained(
    commands: Any, name: str, *, meaning: str, description: str, settings: Callable[[], str]
) -> argparse.ArgumentParser:
    """Add it to the parser's commands. `settings` makes the part of its help that names the settings, when it is asked for."""
    added: argparse.ArgumentParser = commands.add_parser(
        name, help=meaning, description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    added.settings = settings  # type: ignore[attr-defined]
    return added
