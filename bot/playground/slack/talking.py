"""What people do in conversations: commands, messages, shortcuts, and the buttons and menus of messages."""

from bot.playground.slack import actions, company, payloads
from bot.playground.slack.actions import Use
from bot.playground.slack.answers import show_command_answer
from bot.playground.slack.delivery import Postman
from bot.playground.slack.installed_app import Command
from bot.playground.slack.records import Delivery, Message
from bot.playground.slack.workspace import Workspace


class Talking:
    """The part of the local Slack in which people talk. Anything that they cannot see or do raises LookupError."""

    workspace: Workspace
    postman: Postman
    commands: tuple[Command, ...]

    async def command(
        self, text: str = "", *, command: str | None = None, user: str = company.ANA, channel: str = company.TEAM_SHOP
    ) -> Delivery:
        """Type a slash command; its answer, or Slack's error if there is none, appears as an ephemeral."""
        command = command or self.commands[0].command
        payload = payloads.command(self.workspace, command=command, text=text, user=user, channel=channel)
        delivery = await self.postman.deliver("slash_commands", payload)
        typed = f"{command} {text}".rstrip()
        show_command_answer(self.workspace, delivery, typed=typed, user=user, channel=channel)
        return delivery

    async def press(
        self,
        ts: str,
        action_id: str,
        *,
        channel: str = company.TEAM_SHOP,
        user: str = company.ANA,
        block_id: str | None = None,
        value: str | None = None,
        choice: str | None = None,
    ) -> Delivery:
        """Press a button of a message, or make a `choice` in one of its menus (the value of the option).

        If several elements have this action id, `block_id` or the button's `value` says which one is meant.
        """
        use = Use(action_id=action_id, block_id=block_id, value=value, choice=choice)
        message = self._visible(channel, ts, user)
        payload = actions.used_in_message(self.workspace, message, use, user=user)
        return await self.postman.deliver("interactive", payload)

    async def shortcut(self, callback_id: str, *, user: str = company.ANA) -> Delivery:
        """Choose a global shortcut."""
        payload = payloads.shortcut(self.workspace, callback_id=callback_id, user=user)
        return await self.postman.deliver("interactive", payload)

    async def message_shortcut(
        self, callback_id: str, ts: str, *, channel: str = company.TEAM_SHOP, user: str = company.ANA
    ) -> Delivery:
        """Choose a shortcut under "More actions" of a message; ephemerals have none."""
        message = self._visible(channel, ts, user)
        if message.ephemeral_to is not None:
            raise LookupError(ts)
        payload = payloads.message_shortcut(self.workspace, message, callback_id=callback_id, user=user)
        return await self.postman.deliver("interactive", payload)

    def say(
        self,
        text: str,
        *,
        user: str = company.ANA,
        channel: str = company.TEAM_SHOP,
        thread_ts: str | None = None,
    ) -> Message:
        """Post a person's message, or a reply in a thread."""
        return self.workspace.post(channel, user=user, via="person", text=text, thread_ts=thread_ts)

    def delete(self, channel: str, ts: str) -> None:
        """Delete a message. Raises KeyError if there is none."""
        self.workspace.delete(channel, ts)

    def invite_bot(self, channel: str) -> None:
        """`/invite @registry-bot`."""
        self.workspace.channels[channel].members.add(company.BOT_USER)
        self.workspace.changed()

    def _visible(self, channel: str, ts: str, user: str) -> Message:
        message = self.workspace.message(channel, ts)
        if message is None or message.ephemeral_to not in {None, user}:
            raise LookupError(ts)
        if user not in self.workspace.channels[channel].members:
            raise LookupError(f"{user} is not in {channel}")
        return message
