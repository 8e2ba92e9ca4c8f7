"""Why something was not created, and what to do about it: a sentence for each code.

The rules are those of `bot/wording.py`. Nothing is imported here but the codes.
"""

from bot.domain import vendor_codes
from bot.domain.outcomes import Reason

# Why, by our own code. {status} is an HTTP status.

REASONS: dict[str, str] = {
    Reason.NAME_NOT_FOUND: "The address of Huawei Cloud could not be found.",
    Reason.CONNECTION_REFUSED: "Huawei Cloud could not be reached.",
    Reason.CONNECT_TIMEOUT: "Huawei Cloud could not be reached in time.",
    Reason.TLS_FAILED: "A secure connection to Huawei Cloud could not be set up.",
    Reason.PROXY_UNREACHABLE: "The proxy on the way to Huawei Cloud could not be reached.",
    Reason.PROXY_REFUSED: "The proxy on the way to Huawei Cloud requires a login that the bot does not have.",
    Reason.PROXY_FORBIDS: "The proxy on the way to Huawei Cloud blocked the call.",
    Reason.PROXY_NO_WAY: "The proxy on the way to Huawei Cloud could not reach it.",
    Reason.SHUTTING_DOWN: "The bot was shutting down.",
    Reason.NOT_SENT: "The bot itself could not send the call to Huawei Cloud.",
    Reason.NO_ANSWER: "Huawei Cloud did not answer in time.",
    Reason.CONNECTION_BROKE: "The connection broke before Huawei Cloud answered.",
    Reason.ANSWER_CUT_OFF: "Huawei Cloud's answer was cut off.",
    Reason.ANSWER_TOO_LARGE: "The answer was larger than any that Huawei Cloud sends.",
    Reason.ANSWER_NOT_HTTP: "The answer was not an HTTP response.",
    Reason.ANSWER_NOT_DECODED: "Huawei Cloud's answer could not be decompressed.",
    Reason.REDIRECTED: "Something on the way to Huawei Cloud sent the call to another address.",
    Reason.CALL_FAILED: "The call to Huawei Cloud was interrupted.",
    Reason.THROTTLED: "Huawei Cloud is busy.",
    Reason.KEY_REFUSED: "The bot's own access to Huawei Cloud is not accepted at the moment. The people who run it know.",
    Reason.NO_KEY: "The bot could not get its own access to Huawei Cloud.",
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
    Reason.TAKEN_MEANWHILE: "Somebody else has created a registry with this name.",
    Reason.OWNER_UNKNOWN: "A registry with this name has appeared since, and nothing shows whether it is this one.",
    Reason.VIEW_UNPROVEN: (
        "The registry does not show in the list that the bot can see, but this list has not shown any of its registries yet."
    ),
    Reason.SOMEBODY_ELSES: (
        "Somebody else has created a registry with this name. Whether this request created one, too, cannot be seen: "
        "the list that the bot can see has not shown any of its registries yet."
    ),
    Reason.PERHAPS_OLDER: "A registry with this name exists, but it is not known whether it existed before this request.",
    Reason.IN_RECYCLE_BIN: (
        "A registry with this name is in the recycle bin, and there is no way to tell whether it is this one."
    ),
    Reason.PROCESS_ENDED: "The bot was restarted while it waited for the answer.",
    Reason.STEP_CRASHED: "The bot itself failed while it waited for Huawei Cloud.",
    Reason.CANCELLED: "The people who run this bot cancelled the request.",
}
ALREADY_EXISTS_SPELT = "A registry called {name} already exists, and only upper and lower case differ."
REASON_UNKNOWN = "Huawei Cloud's answer could not be understood."

# What to do after a refusal, by our own code or by the end of the vendor's (`domain/vendor_codes.py`)

_NOT_SENT = "Nothing was created. Try again later."
_BUSY = "Every attempt was turned away, so nothing was created. Try again in a few minutes."
KEY_NEXT = (
    "Nothing was created. The people who run this bot must check the access key with which it calls Huawei Cloud; try again "
    "once they have."
)
NEXT_STEPS: dict[str, str] = {
    vendor_codes.MAY_NOT_CREATE: (
        "The account used by this bot may not create registries. Ask the administrator of the CodeArts project."
    ),
    vendor_codes.INTERNAL_ERROR: (
        "Huawei Cloud had an internal error. Try again later; if it persists, quote the trace id to its support."
    ),
    vendor_codes.NOT_ALLOWED: (
        "The account used by this bot may not do this. Ask the people who run this bot to check its rights."
    ),
    vendor_codes.NOT_ALLOWED_HERE: (
        "The account used by this bot may not do this. Ask the people who run this bot to check its rights."
    ),
    vendor_codes.BUSY: _BUSY,
    vendor_codes.PROJECT_AWAY: (
        "The project is not available. Ask the people who run this bot to check it in the Huawei Cloud console."
    ),
    Reason.ALREADY_EXISTS: "Choose another name, or ask the person who made that one for access.",
    Reason.TAKEN_MEANWHILE: "Choose another name, or ask the person who made that one for access.",
    Reason.THROTTLED: _BUSY,
    Reason.CANCELLED: "Nothing was created. Ask the people who run this bot why, and ask for it again if you need it.",
    Reason.NAME_NOT_FOUND: _NOT_SENT,
    Reason.CONNECTION_REFUSED: _NOT_SENT,
    Reason.CONNECT_TIMEOUT: _NOT_SENT,
    Reason.TLS_FAILED: _NOT_SENT,
    Reason.PROXY_UNREACHABLE: _NOT_SENT,
    Reason.PROXY_REFUSED: _NOT_SENT,
    Reason.PROXY_FORBIDS: _NOT_SENT,
    Reason.PROXY_NO_WAY: _NOT_SENT,
    Reason.SHUTTING_DOWN: _NOT_SENT,
    Reason.NOT_SENT: "Nothing was created. Tell the people who run this bot that it could not send the call.",
}
NEXT_STEP_UNKNOWN = (
    "Nothing was created. Correct what Huawei Cloud complains about, or quote the trace id to its support."
)
