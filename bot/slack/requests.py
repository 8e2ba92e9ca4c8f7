"""What Slack sends, as far as this bot needs it: checked once, before any listener sees it.

Bolt takes for granted that a signed body has Slack's shape and raises KeyError or AttributeError where it has not
(docs/facts/slack.md sections 4 and 11). So a middleware checks the shape first, for HTTP and Socket Mode alike.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot import wording
from bot.errors import MalformedRequest
from bot.views import form

Shape = TypeVar("Shape", bound="_Shape")

logger = logging.getLogger(__name__)


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Command(_Shape):
    """A slash command: https://docs.slack.dev/interactivity/implementing-slash-commands."""

    command: str = Field(pattern=r"^/")
    text: str = ""
    user_id: str = Field(min_length=1)
    channel_id: str = Field(min_length=1)
    trigger_id: str = Field(min_length=1)
    response_url: str = Field(min_length=1)


class _Id(_Shape):
    id: str = Field(min_length=1)


class _User(_Id):
    username: str = ""
    name: str = ""


class _View(_Shape):
    id: str = Field(min_length=1)
    type: str
    callback_id: str
    team_id: str | None = None
    app_installed_team_id: str | None = None
    state: dict[str, Any]


class _ResponseUrl(_Shape):
    block_id: str
    channel_id: str
    response_url: str


class ViewSubmission(_Shape):
    """A submitted form: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload."""

    type: str
    user: _User
    team: _Id | None = None
    view: _View
    response_urls: list[_ResponseUrl] = []

    @property
    def team_id(self) -> str:
        """The workspace; with an org-wide installation `team` is null and the view knows it."""
        known = self.team.id if self.team else self.view.team_id or self.view.app_installed_team_id
        return known or "no-team"

    @property
    def response_url(self) -> str | None:
        """Where the result may be posted even if the bot is no member of the chosen channel."""
        urls = (url.response_url for url in self.response_urls if url.block_id == form.CHANNEL_BLOCK)
        return next(urls, None)


def read_command(body: dict[str, Any]) -> Command:
    """Raises `MalformedRequest` when the body is no slash command."""
    return _read(Command, body)


def read_submission(body: dict[str, Any]) -> ViewSubmission:
    """Raises `MalformedRequest` when the body is no view submission."""
    return _read(ViewSubmission, body)


class CheckShape(AsyncMiddleware):
    """Lets through only bodies that have the shape of their kind; answers the others with 400.

    Not a plain function, and it raises nothing: to pass arguments to a function or to an error handler, Bolt looks into
    the view, and fails on one of the wrong shape.
    """

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  Bolt's name
    ) -> BoltResponse:
        """Go on, or refuse in words."""
        del resp
        try:
            _check(req.body)
        except MalformedRequest as error:
            logger.warning("malformed request: %s", error)
            return BoltResponse(status=400, body=wording.MALFORMED.format(reason=error))
        return await next()


def _check(body: Any) -> None:
    if not isinstance(body, dict) or not body:
        raise MalformedRequest("it is empty or no object")
    if "command" in body:
        read_command(body)
    elif body.get("type") == "view_submission":
        _check_state(read_submission(body).view.state)
    elif not isinstance(body.get("type", "ssl_check"), str):
        raise MalformedRequest("its type is no word")


def _check_state(state: dict[str, Any]) -> None:
    try:
        form.parse({"state": state})
    except ValidationError as error:
        raise MalformedRequest(describe(error)) from None


def _read(shape: type[Shape], body: dict[str, Any]) -> Shape:
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        raise MalformedRequest(describe(error)) from None


def describe(error: ValidationError) -> str:
    """Which fields are wrong, without what stood in them."""
    places = sorted({".".join(str(part) for part in problem["loc"]) for problem in error.errors()})
    return f"missing or wrong: {', '.join(places[:5])}"
