"""Block Kit samples for the page: every block and element that it draws."""

from typing import Any

Json = dict[str, Any]

HOSTILE = '<img src=x onerror="window.hacked=true"> <script>window.hacked=true</script> <!channel> @here *no* `x`'


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str, *, verbatim: bool = True) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": verbatim}


def button(label: str, action_id: str, **more: object) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(label), **more}


def text_input(block_id: str, label: str, *, optional: bool = False, **element: object) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "optional": optional,
        "hint": plain(f"Hint for {label}"),
        "element": {"type": "plain_text_input", "action_id": "typed", **element},
    }


def option(value: str) -> Json:
    return {"text": plain(value.title()), "value": value}


CONFIRM: Json = {
    "title": plain("Are you sure?"),
    "text": plain("There is no way back."),
    "confirm": plain("Do it"),
    "deny": plain("Rather not"),
}

LEAVES: list[Json] = [
    {"type": "text", "text": "strong ", "style": {"bold": True}},
    {"type": "text", "text": "slanted ", "style": {"italic": True}},
    {"type": "text", "text": "gone ", "style": {"strike": True}},
    {"type": "text", "text": "a=1", "style": {"code": True}},
    {"type": "text", "text": " *literal* :tada: "},
    {"type": "user", "user_id": "U0BENOKORO0"},
    {"type": "channel", "channel_id": "C0PLATFORM0"},
    {"type": "usergroup", "usergroup_id": "S0GROUP"},
    {"type": "broadcast", "range": "here"},
    {"type": "link", "url": "https://example.com/console", "text": "the console"},
    {"type": "emoji", "name": "rocket"},
]

MESSAGE: list[Json] = [
    {"type": "header", "text": plain("Registry created")},
    {
        "type": "section",
        "text": mrkdwn("It is *ready*."),
        "fields": [mrkdwn("*Status*\nsuccess"), plain("Region")],
        "accessory": button("Open", "open", style="primary"),
    },
    {"type": "divider"},
    {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": LEAVES},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "docker login registry.example"}]},
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said somebody"}]},
            {
                "type": "rich_text_list",
                "style": "ordered",
                "indent": 1,
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]}],
            },
        ],
    },
    {"type": "image", "image_url": "https://example.com/none.png", "alt_text": "A whale", "title": plain("Picture")},
    {
        "type": "actions",
        "elements": [
            button("Again", "again", value="7"),
            button("Delete", "delete", style="danger", confirm=CONFIRM),
            {"type": "static_select", "action_id": "pick", "placeholder": plain("Pick"), "options": [option("one")]},
        ],
    },
    {"type": "context", "elements": [mrkdwn("asked by <@U0ANALIND00>"), plain("a minute ago")]},
]

FORM: Json = {
    "type": "modal",
    "callback_id": "sample",
    "notify_on_close": True,
    "title": plain("Create a registry"),
    "submit": plain("Create"),
    "close": plain("Not now"),
    "blocks": [
        {"type": "section", "block_id": "about", "text": mrkdwn("It is made in `ap-southeast-3`.")},
        text_input("name", "Name", max_length=20, focus_on_load=True, placeholder=plain("team-shop")),
        text_input("why", "Description", optional=True, multiline=True, max_length=200),
        {
            "type": "input",
            "block_id": "where",
            "label": plain("Where to post"),
            "element": {
                "type": "conversations_select",
                "action_id": "chosen",
                "default_to_current_conversation": True,
                "response_url_enabled": True,
                "filter": {"include": ["public", "private", "im"], "exclude_bot_users": True},
            },
        },
        {
            "type": "input",
            "block_id": "size",
            "label": plain("Size"),
            "element": {
                "type": "static_select",
                "action_id": "chosen",
                "options": [option("small"), option("large")],
                "initial_option": option("large"),
            },
        },
    ],
}
