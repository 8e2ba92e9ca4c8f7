"""axe-core in a page: the accessibility rules that the playground's page is held against."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

_SOURCE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
_GRAVE = ("serious", "critical")
_RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes.map((node) => node.target.join(" ")) }));
}"""


def needed() -> None:
    """Skip the test where axe-core is not installed, or fail it when REQUIRE_AXE=1."""
    if _SOURCE.exists():
        return
    reason = "axe-core is not installed: npm ci --prefix tests/browser"
    if os.environ.get("REQUIRE_AXE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


async def grave_problems(page: Page) -> list[dict[str, Any]]:
    """What keeps some people from using the page as it is now: rule, impact and the places."""
    await page.evaluate(_SOURCE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = await page.evaluate(_RUN)
    return [problem for problem in found if problem["impact"] in _GRAVE]
