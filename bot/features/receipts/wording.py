"""Every sentence of this feature that a person reads. The rules are those of `bot/wording.py`. Nothing is imported here."""

STATUS_UNDER_WAY = "creating"
STATUS_UNKNOWN = "unknown"
REASON_UNKNOWN = (
    "The bot's own records of this request were lost while it was being worked on, so nobody knows what became of it."
)
NEXT_UNKNOWN = "Look in the CodeArts console whether the registry exists."
