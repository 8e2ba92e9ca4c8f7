"""How inputs and results are stored: as JSON, which a newer build can still read and which cannot contain code.

A dataclass is written as an object that names its type. Only codes and values are stored, never sentences: those are made
when a person reads them. What a later build may change:

- A field with a default may be added to, or dropped from, a recorded dataclass: reading ignores fields it does not know
  and takes defaults for those that are missing.
- A code may be added. A code that is no longer used stays readable: everything that shows codes to people also has a
  sentence for unknown ones.
- A recorded dataclass keeps its name, and so does a field whose meaning stays. One whose meaning changes gets a new name.

What may change in the steps of a workflow is written in `engine.py`.
"""

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from dbos import Serializer
from dbos import error as dbos_error

from bot.domain.approval import Decision, Need
from bot.domain.outcomes import InDoubt, NotApplied, Refused
from bot.domain.registry import Created
from bot.domain.request import Origin, Request
from bot.errors import StepCrashed
from bot.slack.outbound.results import Posted
from bot.workflow.first_attempt import FirstAttempt
from bot.workflow.progress import Progress

_TYPE = "$type"
_CRASH = "$crash"
_IN_USE = "$in_use"
_EVERY_WORKFLOW = (
    Request,
    Origin,
    Created,
    Refused,
    NotApplied,
    InDoubt,
    Posted,
    Progress,
    FirstAttempt,
    Need,
    Decision,
)


class RecordSerializer(Serializer):
    """The serializer given to DBOS; its own default is pickle, which ties the data to this build's code.

    `recorded` are the features' own dataclasses. Raises `ValueError` when two have the same name.
    """

    def __init__(self, recorded: Iterable[type] = ()) -> None:
        self._known: dict[str, type] = {}
        for kind in (*_EVERY_WORKFLOW, *recorded):
            if self._known.setdefault(kind.__name__, kind) is not kind:
                raise ValueError(f"two recorded dataclasses are called {kind.__name__}")

    def serialize(self, data: Any) -> str:
        """JSON of plain values and of the known dataclasses.

        Raises `TypeError` for anything else. That matters for exceptions: DBOS would record a failing database as the
        result of the step. Only `StepCrashed`, the step's own failure, may be recorded.
        """
        return json.dumps(data, default=self._to_json, separators=(",", ":"))

    def deserialize(self, serialized_data: str) -> Any:
        """The values that `serialize` was given; tuples come back as lists, codes as plain strings."""
        return json.loads(serialized_data, object_hook=self._from_json)

    def name(self) -> str:
        """Stored with each value, so that a later change of format can be recognised."""
        return "registry_bot_json"

    def _to_json(self, value: Any) -> Any:
        if isinstance(value, StepCrashed):
            return {_CRASH: value.reference}
        if isinstance(value, dbos_error.DBOSWorkflowIDInUseError):
            # Not recorded either: DBOS turns it into text before it raises it, in case the start was a step (it is not).
            return {_IN_USE: value.workflow_id}
        if is_dataclass(value) and self._known.get(type(value).__name__) is type(value):
            return {_TYPE: type(value).__name__} | {each.name: getattr(value, each.name) for each in fields(value)}
        raise TypeError(f"{type(value).__name__} is not recorded")

    def _from_json(self, value: dict[str, Any]) -> Any:
        if _CRASH in value:
            return StepCrashed(value[_CRASH])
        known = self._known.get(value.get(_TYPE, ""))
        if known is None:
            return value
        return known(**{each.name: value[each.name] for each in fields(known) if each.name in value})
