"""What the person in the browser does: each `POST /page/…` is one method here.

| route | body, with `user` | answer |
|---|---|---|
| `say` | `{channel, text, thread_ts?}`: a slash command, or a message to the channel or thread | `{ok}` |
| `press` | `{channel, ts, block_id, action_id, choice?}`: a button or menu of a message | `{ok}` |
| `use` | `{view_id, block_id, action_id, values, choice?}`: the same in a form or in the Home tab | `{ok}` |
| `type` | `{view_id, block_id, values, enter}`: typed or chosen in an input whose changes are sent to the app | `{ok}` |
| `submit` | `{view_id, values: {block_id: {action_id: value}}}` | `{errors, trouble}` |
| `close` | `{view_id, cleared}` | `{}` |
| `home` | `{tab}`: open the app's Home tab or its messages | `{ok}` |
| `shortcut` | `{callback_id, channel?, ts?}`: a global one, or one of a message | `{ok}` |
| `cloud` | `{scenario}`: what the cloud does next | `{}` |
| `create` | `{name, description?, elsewhere?}`: somebody else creates a registry in CodeArts' console | `{}` |
| `delete` | `{id}`: somebody else deletes one there | `{}` |

An unknown id raises LookupError, which the server answers with 400.
"""

from aiohttp import web

from bot.playground.codearts.answers import LONGEST_DESCRIPTION, NAME
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.page.requests import Json, escaped, text_of
from bot.playground.page.visitor_guide import INVITE
from bot.playground.scenarios import CloudMood
from bot.playground.slack import company
from bot.playground.slack.records import Delivery
from bot.playground.slack.server import LocalSlack

SOMEBODY_ELSE = "li.wei"  # works in the console of the same tenant, and does not use Slack


class Doing:
    """Carries out what the page asks for, in the local Slack and the local CodeArts."""

    def __init__(self, *, slack: LocalSlack, cloud: LocalCodeArts, mood: CloudMood) -> None:
        self.slack, self.cloud, self.mood = slack, cloud, mood
        self.doers = {
            "say": self.say,
            "press": self.press,
            "use": self.use,
            "type": self.type,
            "submit": self.submit,
            "close": self.close,
            "home": self.home,
            "shortcut": self.shortcut,
            "cloud": self.choose,
            "create": self.create,
            "delete": self.delete,
        }

    def is_person(self, user_id: str) -> bool:
        """Whether the page can be used as this person."""
        user = self.slack.users.get(user_id)
        return user is not None and not user.is_bot

    def _person(self, body: Json) -> str:
        user_id = text_of(body, "user")
        if not self.is_person(user_id):
            raise web.HTTPBadRequest(text="There is nobody with this id.")
        return user_id

    async def say(self, body: Json) -> Json:
        """Send a message, a reply or a command."""
        text, channel, user = text_of(body, "text").strip(), text_of(body, "channel"), self._person(body)
        thread_ts = body.get("thread_ts")
        if not text.startswith("/") or thread_ts:
            self.slack.say(escaped(text), user=user, channel=channel, thread_ts=thread_ts)
            return {"ok": True}
        command, _, rest = text.partition(" ")
        if command == INVITE.command:
            self.slack.invite_bot(channel)
            self.slack.say(f"added <@{company.BOT_USER}> to this channel", user=user, channel=channel)
            return {"ok": True}
        return _ok(await self.slack.command(rest.strip(), command=command, user=user, channel=channel))

    async def press(self, body: Json) -> Json:
        """Use a button or menu of a message."""
        delivery = await self.slack.press(
            text_of(body, "ts"),
            text_of(body, "action_id"),
            channel=text_of(body, "channel"),
            user=self._person(body),
            block_id=body.get("block_id"),
            choice=body.get("choice"),
        )
        return _ok(delivery)

    async def use(self, body: Json) -> Json:
        """Use a button or menu of a view."""
        delivery = await self.slack.press_in_view(
            text_of(body, "view_id"),
            text_of(body, "action_id"),
            _values(body),
            user=self._person(body),
            block_id=body.get("block_id"),
            choice=body.get("choice"),
        )
        return _ok(delivery)

    async def type(self, body: Json) -> Json:
        """Enter something in an input whose changes are sent to the app."""
        block_id = text_of(body, "block_id")
        (entered,) = _values(body)[block_id].values()
        enter, user = body.get("enter") is True, self._person(body)
        return _ok(await self.slack.type_in_view(text_of(body, "view_id"), block_id, entered, enter=enter, user=user))

    async def submit(self, body: Json) -> Json:
        """Submit the form."""
        view_id = text_of(body, "view_id")
        await self.slack.submit(view_id, _values(body), user=self._person(body))
        view = self.slack.views[view_id]
        return {"errors": view.errors, "trouble": view.trouble} if view.open else {}

    async def close(self, body: Json) -> Json:
        """Close the form: Cancel, Escape or the cross in the corner."""
        cleared = body.get("cleared") is True
        await self.slack.close(text_of(body, "view_id"), user=self._person(body), cleared=cleared)
        return {}

    async def home(self, body: Json) -> Json:
        """Open the app."""
        return _ok(await self.slack.open_home(user=self._person(body), tab=text_of(body, "tab")))

    async def shortcut(self, body: Json) -> Json:
        """Use a shortcut, from the lightning menu or from a message's menu."""
        callback_id, user = text_of(body, "callback_id"), self._person(body)
        if "ts" not in body:
            return _ok(await self.slack.shortcut(callback_id, user=user))
        channel, ts = text_of(body, "channel"), text_of(body, "ts")
        return _ok(await self.slack.message_shortcut(callback_id, ts, channel=channel, user=user))

    async def choose(self, body: Json) -> Json:
        """Choose what the cloud does next."""
        self.mood.choose(text_of(body, "scenario"))
        return {}

    async def create(self, body: Json) -> Json:
        """Create a registry without the bot."""
        name, description = text_of(body, "name").strip(), str(body.get("description") or "")
        if NAME.fullmatch(name) is None:
            raise web.HTTPBadRequest(text="Use 1 to 20 letters, digits, hyphens, underscores or periods.")
        self.cloud.add_registry(
            name,
            description=description[:LONGEST_DESCRIPTION] or None,
            created_by=SOMEBODY_ELSE,
            elsewhere=body.get("elsewhere") is True,
        )
        return {}

    async def delete(self, body: Json) -> Json:
        """Move a registry to the recycle bin."""
        self.cloud.delete_registry(text_of(body, "id"))
        return {}


def _ok(delivery: Delivery) -> Json:
    return {"ok": delivery.error is None}


def _values(body: Json) -> dict[str, dict[str, object]]:
    values = body.get("values")
    if not isinstance(values, dict) or not all(isinstance(entered, dict) for entered in values.values()):
        raise web.HTTPBadRequest(text="`values` must be an object of objects.")
    return values
