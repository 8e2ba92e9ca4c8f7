"""Every sentence of the platform that a person reads; those of a feature are in its `wording.py`.

Rules for all of them: plain words, the next step in each failure, no blame, nothing that only a log would understand. What
`str.format` puts in is always escaped or put into plain text by the caller. Nothing is imported here.
"""

# To the person who typed a command, used a shortcut or pressed a button

AGAIN_COMMAND = "type {command}"
AGAIN_SHORTCUT = "use the shortcut"
AGAIN_BUTTON = "press the button"
FORM_EXPIRED = "The form could not be opened in time. Nothing was created. Please try again: {again}."
FORM_NOT_OPENED = (
    "Slack did not open the form, so nothing was created. Please try again in a minute ({again}), unless you see the form "
    "after all. If it keeps failing, tell the people who run this bot and quote {reference}."
)
VIEW_EXPIRED = "That could not be shown in time. Please try again: {again}."
VIEW_NOT_OPENED = (
    "Slack did not show what you asked for. Please try again in a minute ({again}). If it keeps failing, tell the people who "
    "run this bot and quote {reference}."
)
FORM_NOT_CONNECTED = (
    "This bot is not connected to your workspace any more, so the form was not opened and nothing was created. "
    "Please tell the people who run this bot and quote {reference}."
)
FORM_KEPT_OUT = (
    "This workspace does not let the bot work at the moment, so the form was not opened and nothing was created. "
    "Please tell the people who run this bot and quote {reference}."
)
FORM_RESTRICTED = (
    "An administrator of this workspace has limited who may use this bot, so the form was not opened and nothing was created. "
    "Ask them if you need it."
)
DAY = "%-d %B %Y"
APOLOGY = (
    "Sorry, something went wrong on our side. Nothing was created. Please try again; if it keeps failing, tell the "
    "people who run this bot and quote {reference}."
)

BUTTON_UNKNOWN = (
    "This button belongs to another version of the bot and does nothing any more. "
    "Please type the command of the bot instead."
)
NOTE_TITLE = "Please note"
NOTE_CLOSE = "Close"

# In every message about a failure, if SUPPORT_CONTACT is set

ASK = "Questions? Ask {contact}."

# How to push an image

PUSH_TITLE = "How to push"
PUSH_ADDRESS = "The address of the registry:"
PUSH_STEP_CREDENTIALS = (
    "1. Get your own user name and password: open the repository in CodeArts Artifact, press Tutorial, then Download "
    "Configuration, and read them in that file. They are yours alone: everybody else downloads their own."
)
PUSH_STEP_LOGIN = "2. Sign in with them:"
PUSH_STEP_PUSH = "3. Name your image after the registry, and push it. Here it is called {image}, in version 1.0:"
PUSH_COMPARE = (
    "Compare these lines with those that Tutorial shows on the page of the repository, above all the address in docker login: "
    "where they differ, that page is right."
)
PUSH_GUIDE_ELSEWHERE = "Your company has its own guide:"
PUSH_GUIDE_LINK = "how to push an image"
PUSH_ACCESS = "If you are not allowed to push or pull, ask {contact} for access."
WHO_GIVES_ACCESS = "an administrator of the CodeArts project"

# To a client whose requests do not come from Slack

MALFORMED = "This is not a request that Slack sends."
TOO_LARGE = "This request is larger than anything Slack sends."
NOT_SIGNED = "The signature of this request is missing or wrong."

# A request that has no outcome

STATUS_UNDER_WAY = "creating"
STATUS_WAITING = "waiting"
STATUS_WAITING_REASON = "It is waiting for one of the approvers to answer."
STATUS_WAITING_NEXT = (
    "Nothing is created before that. The requester can withdraw it, in the message about it or in my Home tab."
)
STATUS_DECLINED = "declined"
STATUS_DECLINED_REASON = "An approver declined it."
STATUS_DECLINED_WHY = "An approver declined it: {why}"
STATUS_DECLINED_NEXT = "Nothing was created. If you disagree, talk to the person who declined it."
STATUS_WITHDRAWN = "withdrawn"
STATUS_WITHDRAWN_REASON = "The requester withdrew it."
STATUS_EXPIRED = "expired"
STATUS_EXPIRED_REASON = "None of the approvers answered in time."
STATUS_EXPIRED_NEXT = "Nothing was created. Ask for it again if you still need it, and tell one of the approvers."
STATUS_CANCELLED = "cancelled"
STATUS_CANCELLED_REASON = "The people who run this bot cancelled the request."
STATUS_CANCELLED_NEXT = (
    "Nothing was created. Ask the people who run this bot why. You can ask for it again if you still need it."
)
STATUS_UNKNOWN = "unknown"
STATUS_UNKNOWN_REASON = (
    "The bot's own records of this request were lost while it was being worked on, so nobody knows how it ended."
)
STATUS_UNKNOWN_NEXT = "Look in the CodeArts console to see whether the registry exists."

# The button that shows the outcome of a request

RECEIPT_LABEL = "Receipt"
RECEIPT_DESCRIBED = "Receipt of {name}"

# What is said everywhere about an approved request, and the button that withdraws a waiting one

APPROVED_BY = ", approved by "
APPROVED_AT = ", "
WITHDRAW = "Withdraw"
WITHDRAW_DESCRIBED = "Withdraw: {name}"

# To the requester, when the chosen channel could not be used

TOLD_BY_FORM = "The result in {place} was posted through your form, because I could not post it myself."
TOLD_ALONE = "I could not post the result in {place}, so I sent it to you alone."
DIRECT_CONVERSATION = "that conversation"
FIX_INVITE = "I am not a member there. To let me post there myself next time, type /invite {bot} in that channel."
FIX_DIRECT = "It is a direct message between people, where I cannot post: choose a channel next time."
FIX_ARCHIVED = "That channel is archived: choose another one next time."
FIX_RESTRICTED = "Its settings do not let me post: ask a workspace admin, or choose another channel next time."
FIX_KEPT_OUT = (
    "This workspace does not let me post there at the moment: tell the people who run this bot and quote {reference}."
)
FIX_RIGHT_MISSING = (
    "I lack a permission that posting there needs: tell the people who run this bot and quote {reference}."
)
FIX_APP_RESTRICTED = "An administrator of this workspace has limited who may use this bot: ask them if you need it."
FIX_NOT_CONNECTED = (
    "This bot is not connected to your workspace any more: tell the people who run this bot and quote {reference}."
)
FIX_UNKNOWN = (
    "Choose another channel next time. If that fails too, tell the people who run this bot and quote {reference}."
)

# To the channel, or the requester alone, when this version of the bot cannot continue a request

STUCK = (
    "<@{requester}> Your request {reference} has to wait: the running version of the bot cannot continue it. It may "
    "have been carried out already, so please do not ask again yet. Tell the people who run this bot and quote {reference}; "
    "the result is posted here once the right version runs."
)

# To the people who run the bot (OPS_CHANNEL)

OPS_WRONG = ":warning: {text}"
OPS_OVER = ":white_check_mark: Resolved {at}: {text}"
OPS_KEY = (
    "The bot has no access key that Huawei Cloud accepts, so no registry can be created. Each request waits for up to an "
    "hour, and continues by itself once there is one. Run `registry-bot check`: it says what to do."
)
OPS_RIGHTS = (
    "The account of the access key may not create registries. Check its rights in the CodeArts project, and run "
    "`registry-bot check`."
)
OPS_UNDELIVERED = (
    "There is an outcome that I cannot deliver to anybody. I keep trying for a day; the log says which request it is, and "
    "Slack's reason."
)
OPS_UNASKED = (
    "A request waits for an approval, and the channel of the approvers (APPROVAL_CHANNEL) does not accept my question, so "
    "nobody can answer it. I keep trying until the request expires. Run `registry-bot check`: it says what to do; the log "
    "has Slack's reason."
)
OPS_STANDING_STILL = (
    "A request is stuck: nothing has happened to it for {minutes} minutes, or the running version of the bot cannot continue "
    "it. See `registry-bot requests --state stuck`, then `retry` or `cancel` it."
)
OPS_SOCKET = (
    "Slack does not accept SLACK_APP_TOKEN, so nothing that people type reaches the bot. Make an app-level token with the "
    "scope connections:write under “Basic Information” of the Slack app, set it, and start the bot again."
)
OPS_SCHEMA = (
    "A version of the bot is older than its database: a newer one has changed the tables. The older one cannot start, and "
    "where it still runs it does so on tables that it does not know. Install the newer version everywhere."
)
OPS_SIGNATURES = (
    "Requests are being refused because of their signature. Compare SLACK_SIGNING_SECRET with the Slack app; the log says "
    "whether it is the clock instead."
)
OPS_VIEW = (
    "A registry that was created does not show in the list that the bot can see. CODEARTS_PROJECT_ID is probably the id of "
    "another project: check it."
)
