"""Every sentence of the platform that a person reads; each feature's own stand in its `wording.py`.

Rules for all of them: plain words, the next step in each failure, no blame, nothing that only a log would understand. What
`str.format` puts in is always escaped or put into plain text by the caller. Nothing is imported here.
"""

# To whoever typed a command

FORM_EXPIRED = "The form could not be opened in time. Nothing was created. Please type {command} again."
FORM_NOT_OPENED = (
    "Slack did not open the form, so nothing was created. Please type {command} again in a minute. "
    "If it keeps failing, tell the people who run this bot and quote {reference}."
)
APOLOGY = (
    "Sorry, something went wrong on our side. Nothing was created. Please try again; if it keeps failing, tell the "
    "people who run this bot and quote {reference}."
)

# To whoever sent what Slack would not send

MALFORMED = "This is not a request that Slack sends."
TOO_LARGE = "This request is larger than anything Slack sends."
NOT_SIGNED = "The signature of this request is missing or wrong."

# To the requester, when the chosen channel could not be used

ELSEWHERE = "I could not post in <#{channel}> ({why}). {fix}"
FIX_INVITE = "I am not a member there, so I sent the result another way. To let me, type /invite {bot} there."
FIX_ARCHIVED = "That channel is archived: choose another one next time."
FIX_RESTRICTED = "Its settings do not let me post: ask a workspace admin, or choose another channel next time."
FIX_UNKNOWN = "Choose another channel next time, or tell the people who run this bot."
