"""Every sentence of this feature that a person reads, in one file, so that it can be read aloud in one go.

The rules are those of `bot/wording.py`. The reasons of failures are in `reasons.py`. Nothing is imported here.
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

# The form

FORM_TITLE = "Create a registry"
FORM_SUBMIT = "Create registry"
FORM_CLOSE = "Cancel"
FORM_PURPOSE = (
    "This creates a Docker registry, which cannot be renamed, in Huawei Cloud CodeArts Artifact ({region}); everyone in the "
    "channel you choose will see it with your name, its description and its address"
)
FORM_ALSO_TOLD = ", and the result is also posted in "
FORM_IN = ", in "
FORM_AND_IN = " and in "
FORM_IF_IT_FAILS = " if it fails"
FORM_IF_IT_IS_NAMED_SO = " if the registry's name matches that channel's filter"
FORM_UNNAMED = ", there without your name and the registry's"
FORM_NAMED_ONLY_FROM = ", with your name and the registry's only if you choose {here}"
FORM_WORD_MEANT = "If you meant {command} {meant}, close this form and type that."
FORM_NAME_UNUSABLE = "What you typed ({typed}) cannot be a name: a name needs at least one letter (a-z, A-Z) or digit."
FORM_NAME_CHANGED = "A name cannot contain everything you typed ({typed}), so I suggest {suggestion}."
FORM_NAME_TAKEN = "A registry called “{typed}” already exists, so I suggest {suggestion}."
FORM_NAME_LABEL = "What should the registry be called?"
_NAME_SHAPE = "Up to 20 letters (a-z, A-Z), digits, dots, - and _, with at least one letter or digit"
FORM_NAME_HINT = _NAME_SHAPE + ", for example team-shop."
FORM_NAME_HINT_WITH_RULE = _NAME_SHAPE + ". {help}"
FORM_DESCRIPTION_LABEL = "What is it for?"
FORM_DESCRIPTION_HINT = "Up to {room} characters. Everyone who sees the registry can read this."
FORM_DESCRIPTION_NOTE = "{hint} This is added to it: {note}"
FORM_DESCRIPTION_PLACEHOLDER = "Images of the web shop"
FORM_CHANNEL_LABEL = "Where should the result be posted?"
FORM_CHANNEL_HINT = "If you choose a private channel, invite me to it first."
FORM_NEEDS_APPROVAL = (
    "Every request needs an approval: I will ask the approvers in <#{channel}> before anything is created."
)
FORM_OFFER = (
    "{denied}\n"
    "You can still ask for an approval: write below why you need it, and I will ask the approvers in <#{channel}>."
)
FORM_REASON_LABEL = "Why do you need it?"
FORM_REASON_HINT = "The approvers read this, and it is kept with the request."
FORM_REASON_PLACEHOLDER = "Our team builds its own images from now on."

# Errors inside the form

NAME_MISSING = "The registry needs a name. Try “{suggestion}”."
NAME_WRONG = "“{typed}” has {faults}. Try “{suggestion}”."
NAME_WRONG_WITHOUT_SUGGESTION = (
    "“{typed}” has {faults}. Use letters (a-z, A-Z), digits, dots, - and _, for example “team-shop”."
)
NAME_UNUSABLE = "no letter and no digit"
NAME_PATTERN = "“{typed}” does not follow the rule for names here. {help} Try a name of that kind."
NAME_TAKEN = "A registry called “{name}” already exists. Try “{suggestion}”, or ask the person who made it for access."
NAME_TAKEN_BY = (
    "A registry called “{name}” already exists. Try “{suggestion}”, or ask @{maker}, who requested it on {day}, for "
    "access."
)
NAME_TAKEN_YOURS = "You already have “{name}”, requested on {day}. For another one, try “{suggestion}”."
NAME_MAKER = "Please choose another name, or ask @{maker}, who requested this one on {day}, for access."
NAME_MAKER_YOURS = "Please choose another name: you requested this one on {day}."
NAME_SAID_ALREADY = "This name cannot be used as it is. Please change it, and press “Create registry” again."
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
    "Your request may not have been saved: saving took too long or was interrupted. Press “Create registry” again: "
    "it cannot be created twice."
)
SAVED_DIFFERENTLY = (
    "Your first request was saved after all: the registry “{name}” is being created. Close this form; the result will be "
    "posted. To create another registry, run {command} again."
)

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
HOME_UNFINISHED = "Waiting or under way"
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
