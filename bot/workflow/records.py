"""How inputs and results stand in the database: JSON that a newer build can still read, and that code cannot hide in.

A dataclass is written as an object that names its type. Reading ignores fields it does not know and takes defaults for
fields that are missing, so a field with a default may be added or dropped between builds (see `engine.py`).
"""

import json
from dataclasses import fields, is_dataclass
from typing import Any

from dbos import Serializer
from dbos import error as dbos_error

from bot.announce.results import Doubtful, Later, Posted, Refused
from bot.errors import StepCrashed
from bot.registry.models import Created, NotApplied, Rejected, Submission, Unconfirmed
from bot.workflow.create_registry import Begun
from bot.workflow.creation import LookedUp

_TYPE = "$type"
_CRASH = "$crash"
_IN_USE = "$in_use"
_KNOWN: dict[str, type] = {
    known.__name__: known
    for known in (
        *(Submission, Created, Rejected, Unconfirmed, NotApplied),
        *(Begun, LookedUp, Posted, Refused, Later, Doubtful),
    )
}


class Records(Serializer):
    """The serializer given to DBOS; its own default is pickle, which ties the data to this build's code."""

    def serialize(self, data: Any) -> str:
        """JSON of plain values and of the known dataclasses.

        Raises `TypeError` for anything else. That matters for exceptions: DBOS would record a failing database as the
        result of the step, for ever. Only `StepCrashed`, the step's own failure, may be recorded.
        """
        return json.dumps(data, default=_to_json, separators=(",", ":"))

    def deserialize(self, serialized_data: str) -> Any:
        """The values that `serialize` was given; tuples come back as lists."""
        return json.loads(serialized_data, object_hook=_from_json)

    def name(self) -> str:
        """Stored beside each value, so that a change of format can be told apart."""
        return "registry_bot_json"


def _to_json(value: Any) -> Any:
    if isinstance(value, StepCrashed):
        return {_CRASH: value.reference}
    if isinstance(value, dbos_error.DBOSWorkflowIDInUseError):
        # Not recorded either: DBOS turns it into text before it raises it, in case the start was a step (it is none).
        return {_IN_USE: value.workflow_id}
    if is_dataclass(value) and _KNOWN.get(type(value).__name__) is type(value):
        return {_TYPE: type(value).__name__} | {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} is not recorded")


def _from_json(value: dict[str, Any]) -> Any:
    if _CRASH in value:
        return StepCrashed(value[_CRASH])
    known = _KNOWN.get(value.get(_TYPE, ""))
    if known is None:
        return value
    return known(**{field.name: value[field.name] for field in fields(known) if field.name in value})
