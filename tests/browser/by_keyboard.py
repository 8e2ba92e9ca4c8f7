"""A person who uses the page without a mouse, and sees at every stop where they are."""

import pytest
from playwright.async_api import Page

_MOST_TABS = 80
_SEEN = """() => {
  const node = document.activeElement;
  if (node === document.body) return true; // the browser's own bars
  const ring = (each) => {
    const { outlineStyle, boxShadow } = getComputedStyle(each ?? document.body);
    return outlineStyle !== "none" || boxShadow !== "none";
  };
  return node.getBoundingClientRect().width > 0 && (ring(node) || ring(node.closest("label, .composer-box")));
}"""

_NAME = """() => {
  const node = document.activeElement;
  if (node === document.body) return "";
  const labels = [...(node.labels ?? [])].map((label) => label.innerText).join(" ");
  return (node.getAttribute("aria-label") ?? (labels || node.innerText)).trim();
}"""


async def tab_to(page: Page, label: str, *, key: str = "Tab") -> None:
    """Press Tab until the element whose name begins with this has focus; each stop on the way is visible."""
    for _ in range(_MOST_TABS):
        await page.keyboard.press(key)
        assert await page.evaluate(_SEEN), await page.evaluate("document.activeElement.outerHTML.slice(0, 300)")
        if (await page.evaluate(_NAME)).startswith(label):
            return
    pytest.fail(f"no {label} within {_MOST_TABS} stops")
