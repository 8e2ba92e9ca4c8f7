"""Every sentence of this feature that a person reads, in one file, so that it can be read aloud in one go.

The rules are those of `bot/wording.py`. Nothing is imported here but the codes that sentences belong to.
"""

from bot.domain.outcomes import Reason

# The command

HELP = (
    "*/create-registry* opens a form that creates a Docker registry in Huawei Cloud CodeArts Artifact.\n"
    "Type a name after it to fill that in: `/create-registry team-shop`.\n"
    "The result, with its trace id, is posted in the channel you choose in the form."
)
COMMAND_DESCRIPTION = "Create a Docker registry"
COMMAND_USAGE_HINT = "[name]"

# The form

FORM_TITLE = "Create a registry"
FORM_SUBMIT = "Create registry"
FORM_CLOSE = "Cancel"
FORM_INTRO = "This creates a Docker registry in Huawei Cloud CodeArts Artifact, region {region}."
FORM_READERS = (
    "Everyone in the channel that you choose below will see your name, the registry's name, description and address, and "
    "what became of it with its trace id."
)
FORM_NOTIFIED = (
    "{channels} will read what became of it and its trace id too, but neither your name nor the registry's name nor its "
    "description."
)
FORM_NOTIFIED_PUBLIC = (
    "{channels} will read what became of it and its trace id too: with your name and the registry's name if you choose "
    "{here}, and without them if you choose any other channel."
)
FORM_NAME_UNUSABLE = "What you typed ({typed}) gives no name: a name needs at least one letter (a-z, A-Z) or digit."
FORM_NAME_CHANGED = "A name cannot contain everything you typed ({typed}), so I suggest {suggestion}."
FORM_NAME_LABEL = "What should the registry be called?"
FORM_NAME_HINT = (
    "Up to 20 letters (a-z, A-Z), digits, dots, - and _, with at least one letter or digit, for example team-shop. "
    "It cannot be renamed later."
)
FORM_NAME_PLACEHOLDER = "team-shop"
FORM_DESCRIPTION_LABEL = "What is it for?"
FORM_DESCRIPTION_HINT = "Up to {room} characters. Everyone who sees the registry can read this."
FORM_DESCRIPTION_NOTE = "{hint} This is added to it: {note}"
FORM_DESCRIPTION_PLACEHOLDER = "Images of the web shop"
FORM_CHANNEL_LABEL = "Where should the result be posted?"
FORM_CHANNEL_HINT = "If you choose a private channel, invite me to it first."

# Errors inside the form

NAME_MISSING = "The registry needs a name. Try “{suggestion}”."
NAME_WRONG = "“{typed}” has {faults}. Try “{suggestion}”."
NAME_WRONG_WITHOUT_SUGGESTION = (
    "“{typed}” has {faults}. Use letters (a-z, A-Z), digits, dots, - and _, for example “team-shop”."
)
NAME_UNUSABLE = "no letter and no digit"
NAME_TAKEN = "A registry called “{name}” already exists. Try “{suggestion}”, or ask whoever made it for access."
NAME_TOO_LONG = "{count} characters (the limit is 20)"
DESCRIPTION_WRONG = "The description has {faults}. Try: {suggestion}"
DESCRIPTION_TOO_LONG = "{count} characters (the limit is {limit})"
CHARACTER_SPACE = "a space"
CHARACTER_LINE_BREAK = "a line break"
CHARACTER_SHOWN = 'a "{char}"'
CHARACTER_HIDDEN = "a hidden character (U+{number})"
FAULTS_LISTED = "{most} and {last}"
FAULTS_MORE = "{count} more"
CHANNEL_MISSING = "Choose where the result should be posted."
CHANNEL_UNKNOWN = "That is not a channel that I can use. Choose another one from the list."
NOT_SAVED = (
    "Your request was not accepted and nothing was created: it could not be saved. Press “Create registry” again in a "
    "minute. If it keeps failing, tell the people who run this bot and quote {reference}."
)
SAVING_SLOW = (
    "It is not certain that your request was saved: saving takes too long, or broke off. Press “Create registry” again: it "
    "cannot be created twice."
)
SAVED_DIFFERENTLY = (
    "Your first press was saved after all: the registry “{name}” is being created. Close this form; the result will be "
    "posted. To create another registry, run {command} again."
)
NAME_UNDER_WAY = "{requester} asked for “{name}” first and it is being created now. Try “{suggestion}”."
NAME_UNDER_WAY_YOURS = "You asked for “{name}” already and it is being created now. For another one try “{suggestion}”."
NAME_UNDECIDED = (
    "{requester} asked for “{name}” first and it is not known yet whether it was created. Try “{suggestion}”."
)
NAME_UNDECIDED_YOURS = (
    "You asked for “{name}” already and it is not known yet whether it was created. For another one try “{suggestion}”."
)
SOMEBODY = "Somebody"

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
CREATED_UNSEEN_NEXT = (
    "Huawei Cloud says that the registry was created, but it does not show in the list that this bot can see, so its address "
    "is not known here. You can see it in the CodeArts Artifact console. Quote the trace id if you need support."
)
TRACE_OF_LOOKUP = " The trace id is that of the look-up."
REFUSED_TITLE = "Registry not created:"
IN_DOUBT_TITLE = "Not confirmed yet:"
IN_DOUBT_NEXT_RECHECKED = (
    "Huawei Cloud did not say whether the registry was created. I will look again in an hour and in six hours, and change "
    "this message; until then the name is kept for this request. "
    "Look in the CodeArts Artifact console before you ask for it again."
)
IN_DOUBT_NEXT = (
    "Huawei Cloud did not say whether the registry was created. Look in the CodeArts Artifact console before you ask "
    "for it again. If it is there, nothing more is needed."
)
CHECKING_NEXT = (
    "The answer of Huawei Cloud was lost. I am checking until {until} whether the registry exists. "
    "This message will change."
)
TIME_OF_DAY = "%H:%M UTC"
DOUBLED_NEXT = (
    "Huawei Cloud seems to have applied this request twice: there are {count} registries of this name. "
    "Ask the people who run this bot to remove the one that is not used."
)
LABEL_STATUS = "Status"
LABEL_TRACE_ID = "Trace id"
LABEL_REFERENCE = "Reference"
LABEL_REQUESTED_BY = "Requested by"
LABEL_DESCRIPTION = "Description"
LABEL_REGION = "Region"
LABEL_ADDRESS = "Address"
LABEL_VENDOR_REASON = "Huawei Cloud said"
LABEL_OUR_REASON = "Reason"
NO_TRACE_ID = "none was given"
STATUS_CREATING = "creating"
STATUS_SUCCESS = "success"
STATUS_ERROR = "error"
STATUS_UNCONFIRMED = "unconfirmed"

# One line: for notifications and screen readers, and for each further channel (NOTIFY_CHANNELS)

NOTICE_TITLE = "Registry"
SUMMARY = "Registry `{name}`: {status}{traced}, requested by <@{requester}>"
SUMMARY_UNNAMED = "A registry, asked for where not everybody can read: {status}{traced}"
SUMMARY_TRACE_ID = ", trace id {trace_id}"
SUMMARY_REASON = "{label}: {reason}"
NOTICE_TITLE_UNNAMED = "A registry, asked for where not everybody can read: "

# Why, by our own code. {status} is an HTTP status.

REASONS: dict[str, str] = {
    Reason.NAME_NOT_FOUND: "The address of Huawei Cloud could not be found.",
    Reason.CONNECTION_REFUSED: "Huawei Cloud could not be reached.",
    Reason.CONNECT_TIMEOUT: "Huawei Cloud could not be reached in time.",
    Reason.TLS_FAILED: "A secure connection to Huawei Cloud could not be set up.",
    Reason.PROXY_UNREACHABLE: "The proxy on the way to Huawei Cloud could not be reached.",
    Reason.PROXY_REFUSED: "The proxy on the way to Huawei Cloud did not let the call through.",
    Reason.SHUTTING_DOWN: "The bot was shutting down.",
    Reason.NOT_SENT: "The bot itself could not send the call to Huawei Cloud.",
    Reason.NO_ANSWER: "Huawei Cloud did not answer in time.",
    Reason.CONNECTION_BROKE: "The connection broke before Huawei Cloud answered.",
    Reason.ANSWER_CUT_OFF: "The answer of Huawei Cloud was cut off.",
    Reason.ANSWER_TOO_LARGE: "What came back is larger than any answer of Huawei Cloud.",
    Reason.ANSWER_NOT_HTTP: "What came back is not an HTTP answer.",
    Reason.ANSWER_NOT_DECODED: "The answer of Huawei Cloud could not be decompressed.",
    Reason.REDIRECTED: "Something on the way to Huawei Cloud named another address instead of an answer.",
    Reason.CALL_FAILED: "The call to Huawei Cloud broke off.",
    Reason.THROTTLED: "Huawei Cloud is busy.",
    Reason.REFUSED_WITHOUT_CODE: "Huawei Cloud refused the request (HTTP {status}) without saying why.",
    Reason.ANSWER_UNCLEAR: "Huawei Cloud answered HTTP {status}, which says neither success nor refusal.",
    Reason.ANSWER_UNREADABLE: "Huawei Cloud answered HTTP {status} with something that is not its usual answer.",
    Reason.ANSWER_CONTRADICTORY: "Huawei Cloud contradicts itself: it says success and an error (HTTP {status}).",
    Reason.ANSWER_NOT_JSON: "Something answered success, but not in Huawei Cloud's format.",
    Reason.TRACE_ID_MISSING: "Huawei Cloud said success, but gave no trace id.",
    Reason.LIST_UNREADABLE: "The list of registries could not be read.",
    Reason.LIST_INCOMPLETE: "The list of registries was not complete.",
    Reason.LIST_TOO_LONG: "The list of registries was too long to read.",
    Reason.LIST_IDS_MISSING: "The bot is not set up to look registries up.",
    Reason.ALREADY_EXISTS: "A registry with this name already exists.",
    Reason.TAKEN_MEANWHILE: "Somebody else has created a registry of this name.",
    Reason.OWNER_UNKNOWN: "A registry of this name has appeared since, and nothing shows whether it is this one.",
    Reason.VIEW_UNPROVEN: (
        "The registry does not show in the list that the bot can see, but this list has not shown any of its registries yet."
    ),
    Reason.SOMEBODY_ELSES: (
        "Somebody else has created a registry of this name. Whether this request created one, too, cannot be seen: "
        "the list that the bot can see has not shown any of its registries yet."
    ),
    Reason.PERHAPS_OLDER: (
        "A registry of this name exists, but it is not known whether it existed before this request."
    ),
    Reason.IN_RECYCLE_BIN: (
        "A registry of this name is in the recycle bin, and there is no way to tell whether it is this one."
    ),
    Reason.PROCESS_ENDED: "The bot was restarted while it waited for the answer.",
    Reason.STEP_CRASHED: "The bot itself failed while it waited for Huawei Cloud.",
}
ALREADY_EXISTS_SPELT = "A registry called {name} already exists, and only upper and lower case differ."
REASON_UNKNOWN = "The answer of Huawei Cloud could not be understood."

# What to do after a refusal, by our own code or by the end of the vendor's (docs/facts/codearts.md section 2)

_NOT_SENT = "Nothing was created. Try again later."
_BUSY = "Every attempt was turned away, so nothing was created. Try again in a few minutes."
NEXT_STEPS: dict[str, str] = {
    "CR.4102": "The account used by this bot may not create registries. Ask the administrator of the CodeArts project.",
    "CR.5000": "Huawei Cloud had an internal error. Try again later; if it persists, quote the trace id to its support.",
    "0301": "Huawei Cloud did not accept the bot's credentials. The people who run this bot must check the access key.",
    "0302": "The account used by this bot may not do this. Ask the people who run this bot to check its rights.",
    "0306": "The account used by this bot may not do this. Ask the people who run this bot to check its rights.",
    "0308": _BUSY,
    "0310": "The project is not available. Ask the people who run this bot to check it in the Huawei Cloud console.",
    Reason.ALREADY_EXISTS: "Choose another name, or ask whoever made that one for access.",
    Reason.TAKEN_MEANWHILE: "Choose another name, or ask whoever made that one for access.",
    Reason.THROTTLED: _BUSY,
    Reason.NAME_NOT_FOUND: _NOT_SENT,
    Reason.CONNECTION_REFUSED: _NOT_SENT,
    Reason.CONNECT_TIMEOUT: _NOT_SENT,
    Reason.TLS_FAILED: _NOT_SENT,
    Reason.PROXY_UNREACHABLE: _NOT_SENT,
    Reason.PROXY_REFUSED: _NOT_SENT,
    Reason.SHUTTING_DOWN: _NOT_SENT,
    Reason.NOT_SENT: "Nothing was created. Tell the people who run this bot that it could not send the call.",
}
NEXT_STEP_UNKNOWN = (
    "Nothing was created. Correct what Huawei Cloud complains about, or quote the trace id to its support."
)
