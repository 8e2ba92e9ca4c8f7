"""(2) Opens and changes forms and other views, and tells people when one could not be opened."""

import logging
from collections.abc import Awaitable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import wording
from bot.slack.codes import APP_RESTRICTED, KEPT_OUT, TOKEN_WRONG, TRIGGER_GONE, TRIGGER_USED, code_of
from bot.slack.inbound.background import Background
from bot.slack.inbound.carried import carrying
from bot.slack.inbound.payloads import Command
from bot.slack.inbound.presses import Press, ShownView
from bot.slack.inbound.telling import Heard, Teller

View = dict[str, Any]

logger = logging.getLogger(__name__)


class FormOpener:
    """Calls Slack in the background, because the call may be slow and the payload must be answered in milliseconds."""

    def __init__(self, *, client: AsyncWebClient, teller: Teller, background: Background) -> None:
        self._client = client
        self._teller = teller
        self._background = background

    def open_soon(self, heard: Heard, view: View) -> None:
        """Open `view` with the payload's trigger, which is valid for 3 s and works once.

        If a button in a form was pressed, the view is pushed on top of it; Slack allows a stack of three.
        """
        in_a_form = isinstance(heard, Press) and heard.view is not None and heard.view.type == "modal"
        call = self._client.views_push if in_a_form else self._client.views_open
        self._background.run(self._open(heard, call(trigger_id=heard.trigger_id, view=carrying(view, heard.reference))))

    def update_soon(self, shown: ShownView, view: View) -> None:
        """Change the view, unless it was changed or closed since it was `shown`."""
        self._background.run(self._update(shown, view))

    async def _open(self, heard: Heard, call: Awaitable[object]) -> None:
        try:
            await call
        except Exception as error:  # noqa: BLE001  whatever it is, the person is waiting for a word
            await self._tell_why(heard, error)

    async def _update(self, shown: ShownView, view: View) -> None:
        try:
            await self._client.views_update(view_id=shown.id, hash=shown.hash or None, view=view)
        except Exception as error:  # noqa: BLE001  what it would have said is said again by the next change
            logger.info("a view was not changed", extra={"code": code_of(error)})

    async def _tell_why(self, heard: Heard, error: Exception) -> None:
        reference = heard.reference
        code = code_of(error)
        if code == TRIGGER_USED:
            # It came twice, and the trigger opens one view only: the person has it already.
            logger.info("the form was open already", extra={"code": code})
            return
        logger.warning("the form was not opened", extra={"code": code, "reference": reference})
        text = _sentence(code, heard).format(again=_again(heard), reference=reference)
        await self._teller.tell(heard, text, trigger_spent=True)


def _sentence(code: str, heard: Heard) -> str:
    if code in TOKEN_WRONG:
        return wording.FORM_NOT_CONNECTED
    if code == APP_RESTRICTED:
        return wording.FORM_RESTRICTED
    if code in KEPT_OUT:
        return wording.FORM_KEPT_OUT
    if isinstance(heard, Press):
        return wording.VIEW_EXPIRED if code in TRIGGER_GONE else wording.VIEW_NOT_OPENED
    return wording.FORM_EXPIRED if code in TRIGGER_GONE else wording.FORM_NOT_OPENED


def _again(heard: Heard) -> str:
    if isinstance(heard, Command):
        return wording.AGAIN_COMMAND.format(command=heard.command)
    return wording.AGAIN_BUTTON if isinstance(heard, Press) else wording.AGAIN_SHORTCUT
