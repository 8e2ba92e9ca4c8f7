"""Programs that check what is delivered: from the environment of the tests, or of the system."""

import os
import shutil
import sys
from pathlib import Path

import pytest

_BESIDE_US = Path(sys.executable).parent  # of a virtual environment, whose `python` leads elsewhere


def need_tool(name: str, *, required_by: str = "REQUIRE_DEPLOY_TOOLS") -> str:
    """Its path. Skips the test where there is none; fails it instead when the variable is 1."""
    found = shutil.which(name, path=f"{_BESIDE_US}:{os.environ['PATH']}:/usr/sbin")
    if found is None and os.environ.get(required_by) == "1":
        pytest.fail(f"no {name}")
    if found is None:
        pytest.skip(f"no {name}")
    return found
