"""The rich_text block: sections, lists, quotes, preformatted text and their leaves (docs/facts/slack.md section 3)."""

from collections.abc import Mapping

from bot.playground.slack.schema import Check, anything, array, boolean, by_type, one_of, record, string, whole

_MOST_LEAVES = 1000
_LONGEST_LEAF = 3000

_STYLE = record({"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean, "underline": boolean})


def _leaf(fields: Mapping[str, Check], *, needs: tuple[str, ...]) -> Check:
    return record({"type": anything, "style": _STYLE, **fields}, needs=needs)


_TEXT = _leaf({"text": string(_LONGEST_LEAF)}, needs=("text",))
_LINK = _leaf({"url": string(3000), "text": string(_LONGEST_LEAF), "unsafe": boolean}, needs=("url",))
_LEAF = by_type(
    {
        "text": _TEXT,
        "link": _LINK,
        "user": _leaf({"user_id": string(255)}, needs=("user_id",)),
        "usergroup": _leaf({"usergroup_id": string(255)}, needs=("usergroup_id",)),
        "channel": _leaf({"channel_id": string(255)}, needs=("channel_id",)),
        "broadcast": _leaf({"range": one_of("here", "channel", "everyone")}, needs=("range",)),
        "emoji": _leaf({"name": string(255), "unicode": string(255), "skin_tone": whole(1, 6)}, needs=("name",)),
        "date": _leaf(
            {
                "timestamp": whole(0, 2**53),
                "format": string(255),
                "url": string(3000),
                "fallback": string(_LONGEST_LEAF),
            },
            needs=("timestamp", "format"),
        ),
        "color": _leaf({"value": string(9)}, needs=("value",)),
    }
)


def _part(leaf: Check, **fields: Check) -> Check:
    return record(
        {"type": anything, "elements": array(leaf, most=_MOST_LEAVES, least=0), **fields}, needs=("elements",)
    )


_BORDER = one_of(0, 1)
_SECTION = _part(_LEAF)

RICH_TEXT_PART = by_type(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": record(
            {
                "type": anything,
                "style": one_of("bullet", "ordered"),
                "indent": whole(0, 8),
                "offset": whole(0, 2**31),
                "border": _BORDER,
                "elements": array(by_type({"rich_text_section": _SECTION}), most=_MOST_LEAVES),
            },
            needs=("style", "elements"),
        ),
        "rich_text_quote": _part(_LEAF, border=_BORDER),
        "rich_text_preformatted": _part(by_type({"text": _TEXT, "link": _LINK}), border=_BORDER, language=string(255)),
    }
)
