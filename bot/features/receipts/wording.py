"""Every sentence of this feature that a person reads. The rules are those of `bot/wording.py`. Nothing is imported here."""

USAGE_HINT = "list | status NAME | help"

# The command's help: one line for each word

HELP_LIST = "`{command} list` lists the requests, newest first; `{command} list mine` lists only your own."
HELP_STATUS = (
    "`{command} status team-shop` shows who requested it and what happened. "
    "A reference, address or trace id works, too."
)

# Lists

LIST_TITLE = "Requested registries, newest first"
LIST_TITLE_MINE = "Your requested registries, newest first"
LIST_EMPTY = "Nobody has asked for a registry yet. Type {command} to be the first."
LIST_EMPTY_MINE = "You have not asked for a registry yet. Type {command} to do it now."
LIST_END = "There are no older ones."
LIST_PRIVATE = "Requests from channels that not everybody can see are shown to their requesters only."
MORE = "Show older ones"

# Answers to status

STATUS_OF_WHAT = "Type a name after it: `{command} status team-shop`. A reference, address or trace id works, too."
NOT_FOUND = "I know nothing about “{what}”."
NOT_FOUND_NEAR = "I know nothing about “{what}”. Did you mean {near}?"
LOOKING_IN_CLOUD = "I am looking in Huawei Cloud to see whether it exists there, and will tell you here in a moment."
HIDDEN = "`{name}` was requested from a channel that not everybody can see. Ask <@{requester}> about it."
NOT_NOW_BUT = "My own records cannot be read at the moment."
NOT_NOW = "I cannot look that up at the moment. Please try again in a minute; nothing is lost."
SEVERAL = "There were several requests. The newest come first."

# What Huawei Cloud knows about a name

CLOUD_HAS_UNREAD = "Huawei Cloud has a registry {name}."
CLOUD_HAS_NOT_UNREAD = "Huawei Cloud has no registry {name}."
CLOUD_HAS = "Huawei Cloud has a registry {name}, for which I have no receipt."
CLOUD_DESCRIPTION = "Its description says who asked for it"
CLOUD_NO_DESCRIPTION = "It has no description, so nothing there says who asked for it."
CLOUD_HAS_NOT = "Huawei Cloud has no registry {name} either."
CLOUD_SILENT = "I could not ask Huawei Cloud about {name} just now. Please try again in a minute."

# The receipt

TITLE = "Receipt"
CLOSE = "Close"
LABEL_ADDRESS = "Address"
LABEL_REASON = "Reason"
LABEL_REQUESTED_BY = "Requested by"
LABEL_STATUS = "Status"
LABEL_WHEN = "When"
LABEL_DOOR = "Requested through"
DOORS = {
    "command": "the command",
    "shortcut": "the shortcut",
    "message_shortcut": "the shortcut of a message",
    "home": "the Home tab",
    "button": "a button of an earlier message",
    "terminal": "the terminal",
}
LABEL_WHY = "What it is for"
LABEL_RESULT_IN = "Result goes to"
LABEL_ANNOUNCED = "Announced"
LABEL_TRACE_ID = "Trace id"
LABEL_CALL = "Call"
CALL_CREATE = "CreateDockerRepositories (creates the registry)"
CALL_LIST = "ListAllRepositories (looks it up)"
LABEL_REFERENCE = "Reference"
LABEL_REGION = "Region"
LABEL_WAITS_UNTIL = "Waits until"
LABEL_DECIDED_BY = {
    "approved": "Approved by",
    "declined": "Declined by",
    "withdrawn": "Withdrawn by",
    "cancelled": "Cancelled by",
}
LABEL_DECIDED_BY_UNKNOWN = "Decided by"
LABEL_DECIDED_AT = "Decided"
LABEL_DECIDED_WHY = "Reason given"
ANNOUNCED_LINK = "in this message"
ANNOUNCED_DIRECT = "in a direct message"
ANNOUNCED_BY_FORM = "there, through the form"
NOT_ANNOUNCED = "not yet"
PRIVATE_CONVERSATION = "a private conversation"
GONE = "There is no receipt for that any more."
HOW_TO_PUSH = "How to push"
