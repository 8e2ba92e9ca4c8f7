"""The error codes of CodeArts and its gateway that need an action (docs/facts/codearts.md section 2).

The same code comes with several prefixes (CR.4102, DEV.CR.4102, APIGW.0301, APIG.0301), so only the endings are listed here.
"""

from collections.abc import Iterable

from bot.domain.outcomes import Reason

KEY_REFUSED = "0301"
AUTHENTICATION_WRONG = ("0303", "0305", "0307")
NOT_ALLOWED = "0302"
NOT_ALLOWED_HERE = "0306"
BUSY = "0308"
PROJECT_AWAY = "0310"
MAY_NOT_CREATE = "CR.4102"
INTERNAL_ERROR = "CR.5000"

_UNAUTHORIZED = 401

RIGHTS_MISSING = (NOT_ALLOWED, NOT_ALLOWED_HERE, MAY_NOT_CREATE)


def ends_with(code: str, ends: Iterable[str]) -> bool:
    """Whether it is one of these codes, with any prefix. Our own codes have no prefix and are compared unchanged."""
    return any(code == end or code.endswith(f".{end}") for end in ends)


def key_refused(code: str, status: int | None) -> bool:
    """Whether it is the access key itself that is not accepted, or not there: then nothing that is asked with it can succeed.

    A missing right is different, whatever the status (RIGHTS_MISSING), and so are too many calls (BUSY).
    """
    if ends_with(code, [*RIGHTS_MISSING, BUSY]):
        return False
    if code in {Reason.KEY_REFUSED, Reason.NO_KEY} or status == _UNAUTHORIZED:
        return True
    return ends_with(code, [KEY_REFUSED, *AUTHENTICATION_WRONG])
