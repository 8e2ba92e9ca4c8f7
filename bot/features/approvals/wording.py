"""Every sentence of this feature that a person reads. The rules are those of `bot/wording.py`. Nothing is imported here."""

# The question in the approvers' channel

ASKS = " asks for the Docker registry "
IN_TEXT = "<@{requester}> asks for the Docker registry `{name}`. One of the approvers has to answer by {until}."
LABEL_FOR = "What it is for"
LABEL_WHY = "Why it needs an approval"
LABEL_REASON = "Reason given"
LABEL_YOU = "Why you are asked"
LABEL_RESULT_IN = "Result goes to"
LABEL_UNTIL = "Waits until"
LABEL_REFERENCE = "Reference"
WHY_ALWAYS = "every request does in this workspace"
WHY = {
    "person": "the requester is not among the people who need none (ALLOWED_USERS, ALLOWED_GROUPS)",
    "channel": "the channel is not among those that need none (ALLOWED_CHANNELS)",
}
YOU = "the approvers are "
PRIVATE_CONVERSATION = "a private conversation"
NEXT = "The first answer counts, and nothing is created before that. Nobody can answer their own request."
APPROVE = "Approve"
DECLINE = "Decline"
DESCRIBED = "{label}: {name}"

# What that message says afterwards

ANSWERED = {
    "approved": "Approved",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
    "expired": "Not answered in time",
    "cancelled": "Cancelled",
}
ANSWERED_BY = " by "
BY_OPERATOR = "the people who run this bot"
ANSWERED_NEXT = {
    "approved": "There is nothing more to do. Press Receipt to see the result.",
    "declined": "Nothing was created. The requester sees who declined it, and why.",
    "withdrawn": "Nothing was created. There is nothing more to do.",
    "expired": "Nothing was created. The requester can ask again.",
    "cancelled": "Nothing was created. There is nothing more to do.",
}
ANSWERED_IN_TEXT = "The request of <@{requester}> for the Docker registry `{name}`: {answer}."
REMINDER = "{approvers}: the request for `{name}` is still waiting for an answer, until {until}."

# Where the request was made

WAITING = " is waiting for approval"
WAITING_IN_TEXT = "The Docker registry `{name}`, requested by <@{requester}>, is waiting for approval."
WAITING_NEXT = (
    "I am asking the approvers, who have until {until} to answer. Nothing is created before one of them approves it. You need "
    "not do anything: this message will change."
)
UNASKED_NEXT = (
    "I cannot reach the approvers at the moment, because their channel does not accept my message. I keep trying until "
    "{until}, and nothing is created before one of them approves it. Please tell one of them, or the people who run this bot."
)
FOR = " for "
LABEL_STATUS = "Status"
STATUS = {
    "waiting": "waiting",
    "declined": "declined",
    "withdrawn": "withdrawn",
    "expired": "expired",
    "cancelled": "cancelled",
}
ENDED = {
    "declined": " was declined ",
    "withdrawn": " was withdrawn ",
    "expired": " was not approved in time ",
    "cancelled": " was cancelled ",
}
DECLINED_BY = "Declined by "
AT = ", "
ENDED_WHY = {
    "withdrawn": "The requester withdrew it, ",
    "expired": "None of the approvers answered by ",
    "cancelled": "The people who run this bot cancelled it, ",
}
ENDED_NEXT = {
    "declined": "Nothing was created. If you disagree, talk to the person who declined it.",
    "withdrawn": "Nothing was created. You can ask for it again at any time.",
    "expired": "Nothing was created. Ask for it again if you still need it, and tell one of the approvers.",
    "cancelled": "Nothing was created. Ask the people who run this bot why. You can ask for it again if you still need it.",
}
# If the approvers' message cannot be read; by the `doubt` of the decision.
EXPIRED_PERHAPS, EXPIRED_PERHAPS_WHY = " has expired ", "I know of no answer by the approvers until "
ENDED_PERHAPS = {
    "exists": (
        "I created nothing that I know of, but CodeArts has a registry with this name. I cannot read the approvers' message. "
        "If this request was approved before my database was restored from a backup, it has led to that registry. Ask the "
        "people who run this bot before you ask for it again."
    ),
    "unknown": (
        "I created nothing that I know of, and could not look in CodeArts. I cannot read the approvers' message. If this "
        "request was approved before my database was restored from a backup, the registry exists. Ask the people who run this "
        "bot before you ask for it again."
    ),
}
ANSWERED_PERHAPS = {
    "exists": (
        "I created nothing that I know of, but CodeArts has a registry with this name. If you approved this request before my "
        "database was restored from a backup, please tell the requester and the people who run this bot."
    ),
    "unknown": (
        "I created nothing that I know of, and could not look in CodeArts. If you approved this request before my database "
        "was restored from a backup, please tell the requester and the people who run this bot."
    ),
}
REPLY_PERHAPS = (
    "<@{requester}> I know of no answer to your request for `{name}`. The message above says what you can do."
)
SUMMARY = "Registry `{name}`: {status}, requested by <@{requester}>"
SUMMARY_UNNAMED = "A registry requested in a private channel: {status}"
REPLY = {
    "declined": "<@{requester}> Your request for `{name}` was declined. The message above says by whom, and why.",
    "withdrawn": "<@{requester}> You withdrew your request for `{name}`.",
    "expired": "<@{requester}> Nobody answered your request for `{name}` in time. The message above says what you can do.",
    "cancelled": "<@{requester}> Your request for `{name}` was cancelled. The message above says what you can do.",
}

# To the person who presses a button

LATE = {
    "approved": "`{name}` was approved by {by}, {at}. There is nothing more to do.",
    "declined": "`{name}` was declined by {by}, {at}. If you disagree, talk to them.",
    "withdrawn": "The request for `{name}` was withdrawn by its requester, {by}, {at}. There is nothing more to do.",
    "expired": "Nobody answered the request for `{name}` in time: it expired, {at}. <@{requester}> can ask again.",
    "cancelled": "The request for `{name}` was cancelled by the people who run this bot, {at}. There is nothing more to do.",
}
LATE_UNKNOWN = "The request for `{name}` is no longer waiting for an answer. Its receipt shows how it ended."
NOT_COUNTED = {
    "answer_workspace": "This belongs to another workspace, so your answer does not count. Open it in your own.",
    "answer_no_request": "There is no such request, so nothing was changed. Please look at the list of requests.",
    "answer_own": "You asked for `{name}` yourself, so somebody else has to answer. Ask one of the approvers: {approvers}.",
    "answer_not_approver": "You are not an approver, so your answer does not count. The approvers are {approvers}.",
    "answer_guest": "Guests cannot answer requests, so your answer does not count. The approvers are {approvers}.",
    "answer_external": (
        "Only people from this company can answer requests, so your answer does not count. The approvers are {approvers}."
    ),
    "answer_unsure": (
        "I could not find out whether you are an approver, so your answer does not count yet. Press the button again in a "
        "minute; if it keeps failing, tell the people who run this bot."
    ),
    "answer_not_requester": "Only <@{requester}>, who asked for `{name}`, can withdraw this request.",
}
NOBODY = "nobody at the moment"
MORE = " and {number} more"
NOT_SAVED = "Your answer may not have been saved. Press the button again in a minute: only the first answer counts."

# The form that asks why a request is declined

DECLINE_TITLE = "Decline a request"
DECLINE_SUBMIT = "Decline"
DECLINE_CLOSE = "Cancel"
DECLINE_INTRO = "<@{requester}> asks for the Docker registry `{name}`."
DECLINE_LABEL = "Why are you declining it?"
DECLINE_HINT = "The requester sees this with your name, and it is kept with the request."
DECLINE_PLACEHOLDER = "Please use your team's registry."
DECLINE_REASON_MISSING = "Please write a few words: the requester needs to know why."
