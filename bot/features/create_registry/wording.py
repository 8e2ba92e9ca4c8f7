"""The sentences of this feature that people read in messages, in the Home tab and behind buttons.

The rules are those of `bot/wording.py`. The form has `form_wording.py`, and the reasons of failures are in `reasons.py`.
Nothing is imported here.
"""

# The command

HELP = (
    "*{command}* opens a form that creates a Docker registry in Huawei Cloud CodeArts Artifact.\n"
    "Type a name after it to fill that in: `{command} team-shop`."
)
COMMAND_DESCRIPTION = "Create a Docker registry"
COMMAND_USAGE_HINT = "[name]"
SHORTCUT_NAME = "Create registry"
SHORTCUT_HERE_DESCRIPTION = "The result is posted in the thread of this message, too"

# The message in the channel

CREATING_TITLE = "Creating the registry"
TITLE_CREATING = " is being created"
TITLE_CREATED = " is ready "
TITLE_REFUSED = " was not created "
TITLE_IN_DOUBT = " is not confirmed yet "
TITLE_FOR = " for "
CREATING_NEXT = (
    "This usually takes a few seconds, and some minutes when Huawei Cloud is busy. This message will change."
)
CREATING_NEXT_FOR_REQUESTER = "This usually takes a few seconds. The result will be posted in the channel."
LONG_NEXT = (
    "Huawei Cloud takes longer than usual to answer. You need not do anything: I keep waiting, and this message "
    "will change."
)
BUSY_NEXT = "{reason} I keep trying until {until}. You need not do anything: this message will change."
CREATED_NEXT = "You can see it in the CodeArts Artifact console. Quote the trace id if you need support."
CREATED_BY_LOOKUP_NEXT = (
    "Confirmed by look-up: Huawei Cloud's first answer was lost, but the registry exists. "
    "You can see it in the CodeArts Artifact console."
)
CREATED_UNSEEN_NEXT = (
    "Huawei Cloud says that the registry was created, but it does not show in the list that this bot can see, so its address "
    "is not known here. You can see it in the CodeArts Artifact console. Quote the trace id if you need support."
)
TRACE_OF_LOOKUP = " The trace id is that of the look-up."
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
    "Huawei Cloud's answer was lost. I am checking until {until} whether the registry exists. This message will change."
)
CHECKED_NEXT = "Checked again {at}: still not known. {following}"
REPLACED_NEXT = "A later request succeeded: {name}, {reference}."
REPLACED_UNNAMED_NEXT = "A later request succeeded."
DOUBLED_NEXT = (
    "Huawei Cloud seems to have applied this request twice: there are {count} registries with this name. "
    "Ask the people who run this bot to remove the one that is not used."
)

# In the thread of the message, to the requester alone

REPLY_CREATED = "<@{requester}> Your registry `{name}` is ready: see the message above."
REPLY_REFUSED = (
    "<@{requester}> Your registry `{name}` was not created. Look at the message above for the reason and what to do."
)
REPLY_IN_DOUBT = (
    "<@{requester}> It is not known yet whether your registry `{name}` was created. Look at the message above for "
    "what to do."
)

# The Home tab

HOME_TITLE = "Docker registries"
HOME_INTRO = "I create Docker registries in Huawei Cloud CodeArts Artifact, and keep a receipt for each of them."
HOME_CREATE = "Create registry"
HOME_UNFINISHED = "Waiting or in progress"
HOME_UNFINISHED_MORE = "There are more of them: {command} list mine shows all."
HOME_MINE = "Your requests"
HOME_EMPTY = "You have not asked for a registry yet. Press Create registry, or type {command} in any channel."
HOME_UNREADABLE = "Your requests cannot be read at the moment. Open this tab again in a minute."
HOME_MESSAGE = "the message about it"
HOME_LOOKED_UP = "Last checked:"
HOME_HELP_TITLE = "How it works"
HOME_HELP = "Type {command} in any channel, or use the shortcut “Create registry” in the menu of a message."

# Buttons, and the answers to a press

BUTTON_HOW_TO_PUSH = "How to push"
BUTTON_ANOTHER_NAME = "Choose another name"
BUTTON_TRY_AGAIN = "Try again"
BUTTON_CHECK_NOW = "Check now"
BUTTON_DESCRIBED = "{label}: {name}"
PRESS_UNREADABLE = "This button is too old, or from another version of the bot. Type {command} instead."
PRESS_NOT_YOURS = (
    "Only <@{requester}>, who asked for `{name}`, can ask for it again from here. If you need a registry, type "
    "{command}."
)
PRESS_CHECKING = "I am asking Huawei Cloud about `{name}` again. The message changes if more is known by now."
PRESS_CHECKING_FROM_HOME = "I am asking Huawei Cloud about `{name}` again. The answer appears here in a few seconds."
PRESS_CHECK_THERE = "I cannot look `{name}` up from here any more. Press “Check now” in the message about it."
PRESS_NOT_NOW = "I cannot look that up at the moment. Press the button again in a minute."
PRESS_CHECKING_ALREADY = "I am already asking Huawei Cloud about `{name}`. Look at the message again in a minute."
PRESS_NOT_SAVED = (
    "Your request could not be saved, so nothing was changed. Press the button again in a minute. If it keeps failing, tell "
    "the people who run this bot and quote {reference}."
)

# The parts of the message

LABEL_STATUS = "Status"
LABEL_TRACE_ID = "Trace id"
LABEL_REFERENCE = "Reference"
LABEL_REQUESTED_BY = "Requested by"
LABEL_ADDRESS = "Address"
LABEL_VENDOR_REASON = "Huawei Cloud said"
LABEL_OUR_REASON = "Reason"
NO_TRACE_ID = "none was given"
SEPARATOR = " · "
STATUS_CREATING = "creating"
STATUS_SUCCESS = "success"
STATUS_ERROR = "error"
STATUS_UNCONFIRMED = "unconfirmed"

# One line: for notifications and screen readers, and for each further channel (NOTIFY_CHANNELS)

NOTICE_TITLE = "Registry"
SUMMARY = "Registry `{name}`: {status}{traced}, requested by <@{requester}>"
SUMMARY_UNNAMED = "A registry requested in a private channel: {status}{traced}"
SUMMARY_TRACE_ID = ", trace id {trace_id}"
SUMMARY_REASON = "{label}: {reason}"
SUMMARY_ADDRESS = "Address: {address}"
NOTICE_TITLE_UNNAMED = "A registry requested in a private channel: "
