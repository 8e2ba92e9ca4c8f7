"""Sentences about who may request a registry, and about approvals that nobody could give. The rules: `bot/wording.py`."""

DENIED_WORKSPACE = (
    "This form belongs to another workspace, so nothing was created. Open it again in your own, or ask {contact}."
)
DENIED_EXTERNAL = (
    "Only people from this company can request registries here. If you need one, ask {contact}. (Setting: {setting})"
)
DENIED_GUEST = (
    "Guests of this workspace cannot request registries. If you need one, ask {contact}. (Setting: {setting})"
)
DENIED_PERSON = (
    "You are not among the people who can request registries here. If you need one, ask {contact}. (Setting: {setting})"
)
DENIED_CHANNEL = (
    "Registries cannot be requested for this channel. Choose another one, or ask {contact}. (Setting: {setting})"
)
DENIED_HOUR = (
    "You have reached the limit of requests per hour. Try again after {until}, or ask {contact}. (Setting: {setting})"
)
DENIED_SETTING = "{names}: {values}"
DENIED_CONTACT = "the people who run this bot"  # where SUPPORT_CONTACT names nobody
DENIED_MORE = " and {count} more"
UNSURE_GUEST = (
    "I could not find out whether you are a full member of this workspace, and guests cannot request registries. Nothing was "
    "created. Try again in a minute; if it keeps failing, ask {contact}. (Setting: {setting})"
)
UNSURE_PERSON = (
    "I could not find out whether you are among the people who can request registries here. Nothing was created. Try again "
    "in a minute; if it keeps failing, ask {contact}. (Setting: {setting})"
)
OBSTACLE_NO_APPROVER = (
    "This request needs an approval, and nobody but you could give it. Nothing was created. Please ask {contact} to name "
    "another approver."
)
OBSTACLE_APPROVERS_UNKNOWN = (
    "This request needs an approval, and I could not find out who can give it. Nothing was created. Try again in a minute; "
    "if it keeps failing, tell {contact}."
)
OBSTACLE_CHANNEL_MISSING = (
    "This request needs an approval, and the channel of the approvers does not exist, or I am not a member of it. Nothing "
    "was created. Please tell {contact}."
)
OBSTACLE_CHANNEL_ARCHIVED = (
    "This request needs an approval, and the channel of the approvers is archived. Nothing was created. Please tell "
    "{contact}."
)
OBSTACLE_CHANNEL_CLOSED = (
    "This request needs an approval, and I may not post in the channel of the approvers. Nothing was created. Please ask "
    "{contact} to invite me to it."
)
OBSTACLE_CHANNEL_UNKNOWN = (
    "This request needs an approval, and I could not find out whether I can reach the approvers. Nothing was created. Try "
    "again in a minute; if it keeps failing, tell {contact}."
)
TIME_OF_DAY = "%H:%M UTC"
