"""Every sentence of this feature that a person reads. The rules are those of `bot/wording.py`. Nothing is imported here."""

# The question in the approvers' channel

ASKS = " asks for the Docker registry "
IN_TEXT = (
    "<@{requester}> asks for the Docker registry `{name}`. It needs a yes or a no from one of the approvers by {until}."
)
LABEL_FOR = "What it is for"
LABEL_WHY = "Why it needs a yes"
LABEL_REASON = "What they say about it"
LABEL_YOU = "Why you are asked"
LABEL_RESULT_IN = "Result for"
LABEL_UNTIL = "Waits until"
LABEL_REFERENCE = "Reference"
WHY_ALWAYS = "each request does in this workspace"
WHY = {
    "person": "they are not among the people who can request registries without one (ALLOWED_USERS, ALLOWED_GROUPS)",
    "channel": "registries are not requested for that channel without one (ALLOWED_CHANNELS)",
}
YOU = "you are one of those who may answer: "
PRIVATE_CONVERSATION = "a private conversation"
NEXT = "The first answer counts. Nothing is created before that, and whoever asked cannot answer for themselves."
APPROVE = "Approve"
DECLINE = "Decline"
DESCRIBED = "{label}: {name}"

# What stands there afterwards

ANSWERED = {
    "approved": "Approved",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
    "expired": "Not answered in time",
    "cancelled": "Given up",
}
ANSWERED_BY = " by "
BY_OPERATOR = "those who run this bot"
ANSWERED_NEXT = {
    "approved": "The registry is being created. The result is posted where the request was made.",
    "declined": "Nothing was created. Whoever asked can read this, too.",
    "withdrawn": "Nothing was created. You need not do anything.",
    "expired": "Nothing was created. Whoever asked can ask again.",
    "cancelled": "Nothing was created. You need not do anything.",
}
ANSWERED_IN_TEXT = "The request of <@{requester}> for the Docker registry `{name}`: {answer}."
REMINDER = "This request for `{name}` still waits for an answer, until {until}: {approvers}"

# Where the request was made

WAITING = " is waiting for a yes"
WAITING_IN_TEXT = "The Docker registry `{name}`, requested by <@{requester}>, is waiting for a yes."
WAITING_NEXT = (
    "One of the approvers has to say yes first. They are being asked, and have until {until}. You need not do anything: this "
    "message will change."
)
UNASKED_NEXT = (
    "One of the approvers has to say yes first, and I cannot reach them at the moment, because their channel does not take "
    "my message. I keep trying until {until}. Please tell one of them, or the people who run this bot."
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
    "expired": " got no yes in time ",
    "cancelled": " was given up ",
}
DECLINED_BY = "Declined by "
AT = ", "
ENDED_WHY = {
    "withdrawn": "Whoever had asked for it took it back, ",
    "expired": "None of the approvers answered until ",
    "cancelled": "The people who run this bot gave the request up, ",
}
ENDED_NEXT = {
    "declined": "Nothing was created. If you see it differently, ask whoever declined it.",
    "withdrawn": "Nothing was created.",
    "expired": "Nothing was created. Ask for it again if you still need it, and tell one of the approvers.",
    "cancelled": "Nothing was created. Ask the people who run this bot why, and ask for it again if you need it.",
}
SUMMARY = "Registry `{name}`: {status}, requested by <@{requester}>"
SUMMARY_UNNAMED = "A registry requested in a private channel: {status}"
REPLY = {
    "declined": "<@{requester}> Your registry `{name}` was declined. Look at the message above for who said so, and why.",
    "withdrawn": "<@{requester}> You withdrew your request for `{name}`.",
    "expired": "<@{requester}> Nobody answered your request for `{name}` in time. Look at the message above for what to do.",
    "cancelled": "<@{requester}> Your request for `{name}` was given up. Look at the message above for what to do.",
}

# To whoever presses a button

LATE = {
    "approved": "`{name}` was approved by {by}, {at}. Nothing more is to be done.",
    "declined": "`{name}` was declined by {by}, {at}. If you see it differently, ask them.",
    "withdrawn": "{by}, who had asked for `{name}`, withdrew the request, {at}. Nothing more is to be done.",
    "expired": "Nobody answered the request for `{name}` in time: it expired, {at}. <@{requester}> can ask again.",
    "cancelled": "The request for `{name}` was given up by those who run this bot, {at}. Nothing more is to be done.",
}
LATE_UNKNOWN = (
    "The request for `{name}` does not wait for an answer any more. Look at its receipt to see what came of it."
)
NOT_COUNTED = {
    "answer_workspace": "This belongs to another workspace, so it counts for nothing. Open it in your own.",
    "answer_no_request": "There is no such request. Nothing was changed; please look at the list of requests.",
    "answer_own": "You asked for `{name}` yourself, so somebody else has to answer. Ask one of the approvers: {approvers}.",
    "answer_not_approver": "You are not an approver, so your answer does not count. The approvers are {approvers}.",
    "answer_unsure": (
        "I could not find out whether you are an approver, so your answer does not count yet. Press the button again in a "
        "minute; if it keeps failing, tell the people who run this bot."
    ),
    "answer_not_requester": "Only <@{requester}>, who asked for `{name}`, can withdraw the request.",
}
NOBODY = "nobody at the moment"
NOT_SAVED = (
    "It is not certain that your answer was saved. Press the button again in a minute: only the first answer counts."
)

# The form in which a no is explained

DECLINE_TITLE = "Decline a request"
DECLINE_SUBMIT = "Decline"
DECLINE_CLOSE = "Cancel"
DECLINE_INTRO = "<@{requester}> asks for the Docker registry `{name}`."
DECLINE_LABEL = "Why do you decline it?"
DECLINE_HINT = "Whoever asked reads this with your name, and it is kept with the request."
DECLINE_PLACEHOLDER = "Please use the registry of your team."
DECLINE_REASON_MISSING = "Please write a few words: whoever asked needs to know why."
