"""What people do in forms and in their Home tab: type, choose, press, submit, close."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.playground.slack import actions, company, homes, payloads
from bot.playground.slack.actions import Use
from bot.playground.slack.answers import show_submission_answer
from bot.playground.slack.delivery import Postman
from bot.playground.slack.modals import close_stack
from bot.playground.slack.records import Delivery, OpenView
from bot.playground.slack.view_state import Values, incomplete
from bot.playground.slack.workspace import Workspace

_NOTHING_SENT = Delivery(kind="interactive", status=None)


class FillingIn:
    """The part of the local Slack in which people use views."""

    workspace: Workspace
    postman: Postman

    async def submit(
        self, view_id: str, values: Values | None = None, *, user: str | None = None, times: int = 1
    ) -> Delivery:
        """Fill in `values` (block id, action id, value), leave the rest as shown, and press Submit.

        An option is given by its value, a conversation or person by id, several options as a list; a dict is used as the
        state entry itself. As in Slack's client, a form with an empty required field is not sent: the result then has the
        error "incomplete_form". The payload is delivered `times` times at once; the first delivery is returned, all are
        in `deliveries`.
        """
        opened = self.workspace.views[view_id]
        payload = payloads.submission(self.workspace, opened, values or {}, user=user or opened.user)
        opened.trouble, opened.errors = None, incomplete(opened, opened.view["state"]["values"])
        self.workspace.changed()
        if opened.errors:
            return Delivery(kind="interactive", status=None, error="incomplete_form")
        deliveries = await asyncio.gather(*(self._submit_once(opened, payload) for _ in range(times)))
        return deliveries[0]

    async def _submit_once(self, opened: OpenView, payload: Mapping[str, Any]) -> Delivery:
        delivery = await self.postman.deliver("interactive", payload)
        show_submission_answer(self.workspace, delivery, opened)
        return delivery

    async def close(self, view_id: str, *, user: str | None = None, cleared: bool = False) -> Delivery:
        """Press Cancel, or the cross in the corner if `cleared`; the bot is told only with `notify_on_close`."""
        opened = self.workspace.views[view_id]
        cleared = cleared or opened.view["clear_on_close"]
        if cleared:
            opened = self.workspace.views[opened.view["root_view_id"]]
            close_stack(self.workspace, opened)
        opened.open = False
        self.workspace.changed()
        if not opened.view["notify_on_close"]:
            return _NOTHING_SENT
        payload = payloads.closed(self.workspace, opened, user=user or opened.user, cleared=cleared)
        return await self.postman.deliver("interactive", payload)

    async def type_in_view(
        self, view_id: str, block_id: str, entered: Any, *, enter: bool = False, user: str | None = None
    ) -> Delivery:
        """Type or choose in an input; the bot is told if the block has `dispatch_action` and is configured for it.

        Text is sent when Enter is pressed, unless the element asks for every character.
        """
        opened = self._open(view_id)
        (block,) = (block for block in opened.view["blocks"] if block["block_id"] == block_id)
        opened.entered.setdefault(block_id, {})[block["element"]["action_id"]] = entered
        self.workspace.changed()
        if not _is_dispatched(block, enter=enter):
            return _NOTHING_SENT
        return await self._use(opened, Use(action_id=None, block_id=block_id, choice=entered), user)

    async def press_in_view(
        self,
        view_id: str,
        action_id: str,
        values: Values | None = None,
        *,
        user: str | None = None,
        block_id: str | None = None,
        value: str | None = None,
        choice: str | None = None,
    ) -> Delivery:
        """Fill in `values`, then press a button of the view, or make a `choice` in one of its menus. See `submit`, `press`."""
        opened = self._open(view_id)
        for filled, entered in (values or {}).items():
            opened.entered.setdefault(filled, {}).update(entered)
        use = Use(action_id=action_id, block_id=block_id, value=value, choice=choice)
        return await self._use(opened, use, user)

    async def open_home(self, *, user: str = company.ANA, tab: str = "home") -> Delivery:
        """Open the app's Home tab, or another `tab` ("messages"); the bot gets the event each time."""
        event = homes.opened_event(self.workspace, user=user, tab=tab)
        return await self.postman.deliver("events_api", payloads.event(self.workspace, event))

    async def press_at_home(
        self,
        action_id: str,
        *,
        user: str = company.ANA,
        block_id: str | None = None,
        value: str | None = None,
        choice: str | None = None,
    ) -> Delivery:
        """Press a button of the person's Home tab, or make a `choice` in one of its menus. See `press`."""
        home = self.workspace.homes[user]
        return await self.press_in_view(home.id, action_id, block_id=block_id, value=value, choice=choice)

    async def _use(self, opened: OpenView, use: Use, user: str | None) -> Delivery:
        payload = actions.used_in_view(self.workspace, opened, use, user=user or opened.user)
        return await self.postman.deliver("interactive", payload)

    def _open(self, view_id: str) -> OpenView:
        found = next((view for view in self.workspace.living_views() if view.id == view_id), None)
        if found is None:
            raise LookupError(view_id)
        return found


def _is_dispatched(block: Mapping[str, Any], *, enter: bool) -> bool:
    if not block.get("dispatch_action"):
        return False
    element = block["element"]
    if not element["type"].endswith("_input"):
        return True
    wanted = element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    return ("on_enter_pressed" if enter else "on_character_entered") in wanted
