"""Every sentence of the form and of the messages, in one file, so that it can be read aloud in one go.

Rules (shared with the README's table of messages): plain words, the next step in each failure, no blame, nothing that
only a log would understand. What `str.format` puts in is always escaped or put into plain text by the caller. Not here:
the names of characters (`registry/rules.py`) and what an answer of CodeArts is called (`codearts/`), which stand beside
the code that tells them apart. Nothing is imported here, and everything may import it.
"""

# The command

HELP = (
    "*/create-registry* opens a form that creates a Docker registry in Huawei Cloud CodeArts Artifact.\n"
    "Type a name after it to fill that in: `/create-registry team-shop`.\n"
    "The result, with its trace id, is posted in the channel you choose in the form."
)
COMMAND_DESCRIPTION = "Create a Docker registry"
COMMAND_USAGE_HINT = "[name]"
FORM_EXPIRED = "The form could not be opened in time. Nothing was created. Please type {command} again."
FORM_NOT_OPENED = (
    "Slack did not open the form, so nothing was created. Please type {command} again in a minute. "
    "If it keeps failing, tell the people who run this bot and quote {reference}."
)

# The form

FORM_TITLE = "Create a registry"
FORM_SUBMIT = "Create registry"
FORM_CLOSE = "Cancel"
FORM_INTRO = "This creates a Docker registry in Huawei Cloud CodeArts Artifact, region {region}."
FORM_NAME_CHANGED = "A name cannot contain everything you typed ({typed}), so I suggest {suggestion}."
FORM_NAME_LABEL = "What should the registry be called?"
FORM_NAME_HINT = (
    "Up to 20 letters (a-z, A-Z), digits, dots, - and _, for example team-shop. It cannot be renamed later."
)
FORM_NAME_PLACEHOLDER = "team-shop"
FORM_DESCRIPTION_LABEL = "What is it for?"
FORM_DESCRIPTION_HINT = "Up to 200 characters. Everyone who sees the registry can read this."
FORM_DESCRIPTION_PLACEHOLDER = "Images of the web shop"
FORM_CHANNEL_LABEL = "Where should the result be posted?"
FORM_CHANNEL_HINT = "Everyone there sees the name, the status and the trace id. Invite me to a private channel first."

# Errors inside the form

NAME_MISSING = "The registry needs a name. Try `{suggestion}`."
NAME_WRONG = "`{typed}` has {faults}. Try `{suggestion}`."
NAME_TOO_LONG = "{count} characters (20 is the most)"
DESCRIPTION_WRONG = "The description has {faults}. Try: {suggestion}"
DESCRIPTION_TOO_LONG = "{count} characters (200 is the most)"
CHANNEL_MISSING = "Choose where the result should be posted."
NOT_SAVED = (
    "Your request was not accepted and nothing was created: it could not be saved. Press “Create registry” again in a "
    "minute. If it keeps failing, tell the people who run this bot and quote {reference}."
)
SAVING_SLOW = "Saving takes too long. Press “Create registry” again: it cannot be created twice."
SAVED_DIFFERENTLY = (
    "Your first press was saved after all: the registry `{name}` is being created. Close this form; the result will be "
    "posted. For another registry type /create-registry again."
)
NAME_UNDER_WAY = "{requester} asked for `{name}` first and it is being created now. Try `{suggestion}`."
NAME_UNDER_WAY_YOURS = "You asked for `{name}` already and it is being created now. For another one try `{suggestion}`."
SOMEBODY = "Somebody"

# Failures without a form

APOLOGY = (
    "Sorry, something went wrong on our side. Nothing was created. Please try again; if it keeps failing, tell the "
    "people who run this bot and quote {reference}."
)
MALFORMED = "This is not a request that Slack sends: {reason}."
TOO_LARGE = "This request is larger than anything Slack sends."
NOT_SIGNED = "The signature of this request is missing or wrong."

# The message in the channel

CREATING_TITLE = "Creating the registry"
CREATING_NEXT = (
    "This usually takes a few seconds, and some minutes when Huawei Cloud is busy. This message will change."
)
CREATING_NEXT_FOR_REQUESTER = "This usually takes a few seconds. The result will be posted in the channel."
CREATED_TITLE = "Registry created:"
CREATED_NEXT = "You can see it in the CodeArts Artifact console. Quote the trace id if you need support."
CREATED_BY_LOOKUP_NEXT = (
    "Confirmed by look-up: the first answer of Huawei Cloud was lost, but the registry exists. "
    "You can see it in the CodeArts Artifact console."
)
TRACE_OF_LOOKUP = " The trace id is that of the look-up."
REJECTED_TITLE = "Registry not created:"
UNCONFIRMED_TITLE = "Not confirmed yet:"
UNCONFIRMED_NEXT = (
    "Huawei Cloud did not say whether the registry was created. Look in the CodeArts Artifact console before you ask "
    "for it again. If it is there, all is well."
)
LABEL_STATUS = "Status"
LABEL_TRACE_ID = "Trace id"
LABEL_ASKED_BY = "Asked for by"
LABEL_DESCRIPTION = "Description"
LABEL_REGION = "Region"
LABEL_ADDRESS = "Address"
LABEL_REASON = "Huawei Cloud said"
LABEL_OUR_REASON = "Reason"
NO_TRACE_ID = "none was given"
STATUS_CREATING = "creating"
STATUS_SUCCESS = "success"
STATUS_ERROR = "error"
STATUS_UNCONFIRMED = "unconfirmed"

# What to do after a refusal, by the end of the vendor's code (docs/facts/codearts.md section 2)

# The codes that are ours and not the vendor's.
OUR_CODES = frozenset({"already_exists", "unreachable", "throttled"})
NEXT_STEPS = {
    "CR.4102": "The account used by this bot may not create registries. Ask the administrator of the CodeArts project.",
    "CR.5000": "Huawei Cloud had a fault of its own. Try again later; if it stays, give the trace id to its support.",
    "0301": "Huawei Cloud did not accept the bot's credentials. The people who run this bot must check the access key.",
    "0302": "The account used by this bot may not do this. Ask the people who run this bot to check its rights.",
    "0306": "The account used by this bot may not do this. Ask the people who run this bot to check its rights.",
    "0308": "Huawei Cloud is busy and refused every attempt. Nothing was created. Try again in a few minutes.",
    "0310": "The project is not available. Ask the people who run this bot to check it in the Huawei Cloud console.",
    "already_exists": "Choose another name, or ask whoever made that one for access.",
    "unreachable": "Huawei Cloud could not be reached. Nothing was created. Try again later.",
    "throttled": "Huawei Cloud is busy and refused every attempt. Nothing was created. Try again in a few minutes.",
}
NEXT_STEP_UNKNOWN = (
    "Nothing was created. Correct what Huawei Cloud complains about, or quote the trace id to its support."
)
ALREADY_EXISTS = "A registry with this name already exists."
INTERRUPTED = "The bot was restarted while it waited for the answer."
PRESENT_BUT_MAYBE_NOT_OURS = (
    "A registry of this name exists, but it could not be checked whether it stood there before this request."
)
IN_RECYCLE_BIN = "A registry of this name is in the recycle bin, and it could not be told whether it is this one."
INTERNAL_FAULT = "The bot itself failed while it waited for Huawei Cloud (reference {reference})."

# To the person who asked, when the chosen channel could not be used

ELSEWHERE = "I could not post in <#{channel}> ({why}). {mend}"
MEND_INVITE = "I am not a member there, so I answered another way. To let me, type /invite {bot} there."
MEND_ARCHIVED = "That channel is archived: choose another one next time."
MEND_RESTRICTED = "Its settings do not let me post: ask a workspace admin, or choose another channel next time."
MEND_UNKNOWN = "Choose another channel next time, or tell the people who run this bot."

# One line: for notifications and screen readers, and for each further channel (NOTIFY_CHANNELS)

NOTICE_TITLE = "Registry"
SUMMARY = "Registry `{name}`: {status}, trace id {trace_id}, asked for by <@{requester}>"
