"""How to push an image: a view with the address of the registry filled in. Pure.

The vendor's public pages show only `docker pull {address}/{image}:{version}` (docs/facts/codearts.md section 6). So the view
asks people to compare the commands with those on the repository's page, unless the operator provides a guide (`PUSH_GUIDE`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot import wording
from bot.slack.blocks import Block, header, plain, plain_line, preformatted, rich_text, text

_TEXT_MAX = 3000  # of a section
_SCHEMES = ("https://", "http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class PushGuide:
    """`operators` is the operator's own text or URL; `contact`, if set, says whom to ask for access."""

    contact: str | None
    operators: str | None = None

    def view(self, *, name: str, address: str) -> dict[str, Any]:
        """The view."""
        return {
            "type": "modal",
            "title": plain(wording.PUSH_TITLE),
            "close": plain(wording.NOTE_CLOSE),
            "blocks": list(self._blocks(name, address)),
        }

    def _blocks(self, name: str, address: str) -> Iterator[Block]:
        where = docker_address(address)
        yield header(name)
        yield plain_line(wording.PUSH_ADDRESS)
        yield preformatted(where)
        if self.operators is None:
            yield from _steps(name, where)
        elif self.operators.startswith(_SCHEMES):
            link = {"type": "link", "url": self.operators, "text": wording.PUSH_GUIDE_LINK}
            yield rich_text([text(f"{wording.PUSH_GUIDE_ELSEWHERE} "), link])
        else:
            filled = self.operators.replace("{address}", where).replace("{name}", name)
            yield plain_line(filled[:_TEXT_MAX])
        yield plain_line(wording.PUSH_ACCESS.format(contact=self.contact or wording.WHO_GIVES_ACCESS))


def docker_address(address: str) -> str:
    """The address for docker: without a scheme and without a trailing slash."""
    for scheme in _SCHEMES:
        address = address.removeprefix(scheme)
    return address.rstrip("/")


def _steps(name: str, where: str) -> Iterator[Block]:
    yield plain_line(wording.PUSH_STEP_CREDENTIALS)
    yield plain_line(wording.PUSH_STEP_LOGIN)
    yield preformatted(f"docker login {where.partition('/')[0]}")
    yield plain_line(wording.PUSH_STEP_PUSH.format(image=name))
    yield preformatted(f"docker tag {name}:1.0 {where}/{name}:1.0\ndocker push {where}/{name}:1.0")
    yield plain_line(wording.PUSH_COMPARE)
