"""Real requests of the local Slack that a test may alter before they reach the bot."""

from collections.abc import Mapping

from bot.playground.slack import company, payloads
from bot.playground.slack.delivery import FORM, Postman
from bot.playground.slack.installed_app import Command
from bot.playground.slack.records import Delivery
from bot.playground.slack.view_state import Values
from bot.playground.slack.workspace import Workspace


class RawRequests:
    """The part of the local Slack that builds bodies and sends whatever it is given."""

    workspace: Workspace
    postman: Postman
    commands: tuple[Command, ...]

    async def deliver_raw(
        self,
        body: bytes,
        *,
        headers: Mapping[str, str | None] | None = None,
        timestamp: str | None = None,
        signature: str | None = None,
        content_type: str = FORM,
    ) -> Delivery:
        """POST any body to the bot, signed by default; its answer has no effect here.

        `headers` are added or replaced; a header that is None is left out.
        """
        return await self.postman.post(
            body, kind="raw", content_type=content_type, headers=headers, timestamp=timestamp, signature=signature
        )

    def sign(self, body: bytes, timestamp: str) -> str:
        """Slack's signature for this body at this time."""
        return self.postman.sign(body, timestamp)

    def command_body(
        self, text: str = "", *, command: str | None = None, user: str = company.ANA, channel: str = company.TEAM_SHOP
    ) -> bytes:
        """The body of a command, with a working trigger and response_url."""
        command = command or self.commands[0].command
        fields = payloads.command(self.workspace, command=command, text=text, user=user, channel=channel)
        return payloads.encoded("slash_commands", fields)

    def submission_body(self, view_id: str, values: Values | None = None, *, user: str | None = None) -> bytes:
        """The body of a view_submission of an open view, even if required fields are empty."""
        opened = self.workspace.views[view_id]
        payload = payloads.submission(self.workspace, opened, values or {}, user=user or opened.user)
        return payloads.encoded("interactive", payload)
