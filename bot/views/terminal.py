"""An outcome as lines for the terminal: fixed labels first, so that a script can read them."""

from bot.registry.models import Created, Outcome, Rejected
from bot.views.messages import next_step, status_of


def outcome_lines(result: Outcome) -> list[tuple[str, str]]:
    """(label, value) pairs; `status` and `trace_id` are always there, an unknown trace id is `-`."""
    lines = [("status", status_of(result)), ("trace_id", result.trace_id or "-")]
    match result:
        case Created(address=str(address)):
            lines.append(("address", address))
        case Created():
            pass
        case Rejected(code=code, message=message):
            lines.append(("reason", f"{code}: {message}" if code else message))
        case _:
            lines.append(("reason", result.reason))
    return [*lines, ("next", next_step(result))]
