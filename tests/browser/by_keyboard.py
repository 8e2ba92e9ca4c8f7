"""A person who uses the page without a mouse, and sees at every stop where they are."""

import pytest
from playwright.async_api import Locator, Page, expect

from bot.playground.playground import Playground

from . import axe
from .conftest import Visit

BACK = "Shift+Tab"  # from the message box to the newest message

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


async def arrive(visit: Visit, playground: Playground, width: int) -> Page:
    page = await visit(playground.page.base_url, width=width, height=844)
    await expect(page.get_by_label("Message", exact=True)).to_be_focused()
    return page


async def command(page: Page, words: str) -> None:
    """Typed into the message box, which has the focus."""
    await expect(page.get_by_label("Message", exact=True)).to_be_focused()
    await page.keyboard.type(f"/create-registry {words}")
    await page.keyboard.press("Enter")


async def back_to_the_box(page: Page) -> None:
    await tab_to(page, "Message")


def dialog(page: Page, title: str) -> Locator:
    return page.get_by_role("dialog", name=title)


def alone(page: Page) -> Locator:
    """The newest message that only this person sees."""
    return page.locator("[data-message][data-ephemeral]:visible").last


async def nothing_serious(page: Page) -> None:
    assert await axe.grave_problems(page) == []


async def become(page: Page, name: str) -> None:
    """Another person sits down at the page."""
    menu = page.get_by_role("button", name="Channels and people")
    if await menu.is_visible():
        await tab_to(page, "Channels and people", key=BACK)
        await page.keyboard.press("Enter")
    await page.get_by_role("radio", checked=True).first.focus()
    while not await page.get_by_role("radio", name=name).is_checked():
        await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Escape")


async def go_to(page: Page, channel: str) -> None:
    """Another channel, from the message box."""
    menu = page.get_by_role("button", name="Channels and people")
    if await menu.is_visible():
        await tab_to(page, "Channels and people", key=BACK)
        await page.keyboard.press("Enter")
    await tab_to(page, channel, key=BACK)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=channel, exact=True)).to_be_visible()
