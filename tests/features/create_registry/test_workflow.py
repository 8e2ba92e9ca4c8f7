"""The runbook of a request: the registry is created, the people are told, and neither stops the other."""

from typing import Any

import pytest

from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created
from bot.errors import StepCrashed
from bot.features.contract import Platform
from bot.features.create_registry.name_index import NameIndex
from bot.features.create_registry.workflow import Runbook
from bot.playground.codearts.records import LocalRegistry
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.workflow.durable import InProcess, Phase
from tests.features.create_registry.samples import request_of
from tests.support.people import about, words
from tests.support.running import HURRY

CLOSED = Fault.answer(200, {"ok": False, "error": "account_inactive"})


class Durable(InProcess):
    """Makes no pause, remembers the phases, and where `crashing` is a step's name, crashes in it."""

    def __init__(self, *, crashing: str = "") -> None:
        super().__init__(reference="R-22222", sleep=self._no_pause)
        self.phases: list[Phase] = []
        self._crashing = crashing

    def enter(self, phase: Phase) -> None:
        self.phases.append(phase)

    async def step(self, name: str, call: Any, *args: Any, **kwargs: Any) -> Any:
        if name == self._crashing:
            raise StepCrashed("R-22222")
        return await super().step(name, call, *args, **kwargs)

    async def _no_pause(self, _seconds: float) -> None:
        return


@pytest.fixture
def runbook(platform: Platform) -> Runbook:
    return Runbook(
        codearts=platform.codearts,
        views=platform.views,
        names=NameIndex(None),
        deliveries=platform.deliveries,
        approvals=platform.approvals,
        region=platform.region,
        policy=HURRY,
    )


def created(registry: LocalRegistry) -> Created:
    return Created(
        trace_id=registry.trace_id, address=registry.url, registry_id=registry.id, creator=registry.created_by
    )


async def test_a_request_ends_with_a_registry_a_message_and_a_notice(
    runbook: Runbook, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    durable = Durable()
    outcome = await runbook.run(request_of(name="shop", public=True), durable)
    (registry,) = cloud.registries
    assert outcome == created(registry)
    assert (registry.display_name, registry.description) == ("shop", "ours")
    (message,) = about(slack, "shop")
    assert words(message).startswith("shop is ready")
    (notice,) = about(slack, "shop", channel=company.PLATFORM)
    assert words(notice).startswith(f"Registry shop: success · Trace id {registry.trace_id}")
    assert durable.phases == [Phase.WORKING, Phase.TELLING, Phase.TOLD]


@pytest.mark.parametrize(
    ("fault", "outcome", "said"),
    [
        (
            Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right", "trace_id": "143-9"}),
            Refused(code="CR.4102", message="no right", trace_id="143-9", status=403),
            "shop was not created",
        ),
        (Fault.drop(), InDoubt(code=Reason.VIEW_UNPROVEN), "shop is not confirmed yet"),
    ],
    ids=["refused", "in doubt"],
)
async def test_an_outcome_that_is_no_registry_is_told_in_the_same_places(
    runbook: Runbook, slack: LocalSlack, cloud: LocalCodeArts, fault: Fault, outcome: object, said: str
) -> None:
    cloud.faults.add("create", fault, times=None)
    assert await runbook.run(request_of(name="shop", public=True), Durable()) == outcome
    (message,) = about(slack, "shop")
    assert words(message).startswith(said)
    assert len(about(slack, "shop", channel=company.PLATFORM)) == 1


async def test_a_message_that_nobody_takes_does_not_stop_the_work(
    runbook: Runbook, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    slack.faults.add("chat.postMessage", CLOSED, times=None)
    outcome = await runbook.run(request_of(name="shop", public=True), Durable())
    assert outcome == created(cloud.registries[0])
    assert about(slack, "shop") == []


@pytest.mark.parametrize("crashing", ["create", "look up", "first attempt", "notice"])
async def test_a_step_that_crashes_does_not_stop_the_telling(
    runbook: Runbook, slack: LocalSlack, cloud: LocalCodeArts, crashing: str
) -> None:
    cloud.faults.add("create", Fault.drop())
    outcome = await runbook.run(request_of(name="shop", public=True), Durable(crashing=crashing))
    (message,) = about(slack, "shop")
    assert ("is not confirmed yet" if outcome.kind == "in_doubt" else "is ready") in words(message)
