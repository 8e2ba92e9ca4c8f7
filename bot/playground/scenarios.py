"""What a visitor can make the local CodeArts do next: one choice, carried out as faults."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault

_REFUSAL = {
    "error_code": "CR.4102",
    "error_msg": "The current user does not have permission on this project",
    "status": "error",
    "trace_id": "{trace_id}",
}
_ERROR_UNDER_200 = {
    "status": "error",
    "error_code": "CR.5000",
    "error_msg": "Unknown service error",
    "trace_id": "{trace_id}",
    "result": None,
}
_THROTTLED = {
    "error_code": "APIGW.0308",
    "error_msg": "The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 second",
    "request_id": "{trace_id}",
}
_DOWN = "<html><body><h1>503 Service Unavailable</h1></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One choice. `fault` happens to every call of `operation` ("*" = all) until another choice is made."""

    id: str
    label: str
    sentence: str
    fault: Fault | None = None
    operation: str = "create"


# The answers are those of docs/facts/codearts.md section 2. The first scenario is the normal state.
_ALL = (
    Scenario(id="works", label="Works", sentence="Creates the registry and says success."),
    Scenario(
        id="slow",
        label="Answers after 8 seconds",
        sentence="Works, but takes its time. The channel shows that it is under way.",
        fault=Fault.slow(8.0),
    ),
    Scenario(
        id="refuses",
        label="Refuses",
        sentence="Says 403, CR.4102: no permission on the project.",
        fault=Fault.answer(403, _REFUSAL),
    ),
    Scenario(
        id="error200",
        label="Says error under HTTP 200",
        sentence="The status line says OK, the body says status: error.",
        fault=Fault.answer(200, _ERROR_UNDER_200),
    ),
    Scenario(
        id="throttled",
        label="Is throttled",
        sentence="Says 429, too many requests. The bot waits and asks again.",
        fault=Fault.answer(429, _THROTTLED),
    ),
    Scenario(
        id="loses",
        label="Loses its answer",
        sentence="Creates the registry, then the connection breaks. Did it work?",
        fault=Fault.drop(apply=True),
    ),
    Scenario(
        id="down",
        label="Is down",
        sentence="Says 503 to everything, look-ups too. Bring it back and watch.",
        fault=Fault.answer(503, _DOWN, {"Content-Type": "text/html"}),
        operation="*",
    ),
)
SCENARIOS: Mapping[str, Scenario] = MappingProxyType({scenario.id: scenario for scenario in _ALL})
NORMAL = _ALL[0]


class CloudMood:
    """The current choice; it stays until another one is made."""

    def __init__(self, cloud: LocalCodeArts) -> None:
        self._cloud = cloud
        self.active = NORMAL

    def choose(self, scenario_id: str) -> None:
        """Use this scenario from the next call on. Raises KeyError if there is none with this id."""
        scenario = SCENARIOS[scenario_id]
        self._cloud.faults.clear(self.active.operation)
        if scenario.fault is not None:
            self._cloud.faults.add(scenario.operation, scenario.fault, times=None)
        self.active = scenario
        self._cloud.changed()
