"""The sentences of the form, and of the errors inside it. Nothing is imported here.

The rules are those of `bot/wording.py`.
"""

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
CHARACTER_SHOWN = "a “{char}”"
CHARACTER_HIDDEN = "a hidden character (U+{number})"
FAULTS_LISTED = "{most} and {last}"
FAULTS_MORE = "{count} more"
CHANNEL_MISSING = "Choose where the result should be posted."
CHANNEL_UNKNOWN = "That is not a channel that I can use. Choose another one from the list."
NOT_SAVED = (
    "Your request was not accepted and nothing was created: it could not be saved. Press “Create registry” again in a "
    "minute. If it keeps failing, tell the people who run this bot and quote {reference}."
)
TOO_MANY_AT_ONCE = (
    "I am working on as many requests as I can at the moment. Yours was not accepted and nothing was created: press “Create "
    "registry” again in a minute."
)
SAVING_SLOW = (
    "Your request may not have been saved: saving took too long or was interrupted. Press “Create registry” again: "
    "it cannot be created twice."
)
SAVED_DIFFERENTLY = (
    "Your first request was saved after all: the registry “{name}” is being created. Close this form; the result will be "
    "posted. To create another registry, run {command} again."
)

# A name that another request holds

NAME_UNDER_WAY = "{requester} asked for “{name}” first, and it is being created now. Try “{suggestion}”."
NAME_UNDER_WAY_YOURS = (
    "You already asked for “{name}”, and it is being created now. For another one, try “{suggestion}”."
)
NAME_UNDECIDED = (
    "{requester} asked for “{name}” first, and it is not known yet whether it was created. Try “{suggestion}”."
)
NAME_UNDECIDED_YOURS = (
    "You already asked for “{name}”, and it is not known yet whether it was created. "
    "For another one, try “{suggestion}”."
)
NAME_WAITS = "{requester} asked for “{name}” first, and it is waiting for approval. Try “{suggestion}”."
NAME_WAITS_YOURS = (
    "You already asked for “{name}”, and it is waiting for approval. For another one, try “{suggestion}”."
)
SOMEBODY = "Somebody"
