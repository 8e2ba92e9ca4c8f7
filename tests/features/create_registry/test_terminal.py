"""`registry-bot create` without its process: one registry by the same rules, and lines that a script can read."""

import re

import pytest

from bot.codearts.client import CodeArts
from bot.domain.description_note import DescriptionNote
from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created, Outcome
from bot.errors import InvalidRequest
from bot.features.create_registry import terminal
from bot.features.create_registry.outcomes import next_step
from bot.features.create_registry.terminal import create, outcome_lines
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault


@pytest.fixture
def waited() -> list[float]:
    return []


async def test_a_registry_is_created_as_it_was_typed(
    cloud: LocalCodeArts, codearts: CodeArts, waited: list[float]
) -> None:
    result = await create(codearts, name=" shop ", description="  ours ", waiting=waited.append)
    (registry,) = cloud.registries
    assert result == Created(trace_id=registry.trace_id, address=registry.url)
    assert (registry.display_name, registry.description) == ("shop", "ours")
    assert waited == []


async def test_words_that_break_the_rules_ask_nobody(
    cloud: LocalCodeArts, codearts: CodeArts, waited: list[float]
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        await create(codearts, name="Team Shop!", description="d" * 201, waiting=waited.append)
    assert [violation.field for violation in refused.value.violations] == ["name", "description"]
    assert cloud.calls == []


async def test_the_operators_note_is_added_for_the_terminal_too(
    cloud: LocalCodeArts, codearts: CodeArts, waited: list[float]
) -> None:
    note = DescriptionNote(template="by {requester}, {reference}")
    for description, expected in (("ours", r"ours · by ana, R-\w{5}"), (None, r"by ana, R-\w{5}")):
        await create(
            codearts,
            name=f"shop-{len(cloud.registries)}",
            description=description,
            waiting=waited.append,
            note=note,
            requester="ana",
        )
        assert re.fullmatch(expected, cloud.registries[-1].description or "")
    with pytest.raises(InvalidRequest):
        await create(codearts, name="shop", description="d" * 183, waiting=waited.append, note=note, requester="ana")


async def test_a_list_that_fails_or_hangs_takes_nothing_from_a_success(
    cloud: LocalCodeArts, codearts: CodeArts, waited: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "_ADDRESS_SECONDS", 0.05)
    for fault in (Fault.answer(503), Fault.hang()):
        cloud.faults.clear()
        cloud.faults.add("list", Fault.slow(0))
        cloud.faults.add("list", fault, times=None)
        result = await create(codearts, name=f"shop-{len(cloud.registries)}", description=None, waiting=waited.append)
        assert result == Created(trace_id=cloud.registries[-1].trace_id)


async def test_each_pause_is_announced(cloud: LocalCodeArts, codearts: CodeArts, waited: list[float]) -> None:
    cloud.faults.add("create", Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "over ratelimit"}))
    result = await create(codearts, name="shop", description=None, waiting=waited.append)
    assert isinstance(result, Created)
    assert len(waited) == 1


@pytest.mark.parametrize(
    ("result", "lines"),
    [
        (Created(trace_id="143-1"), [("status", "success"), ("trace_id", "143-1")]),
        (
            Created(trace_id=None, confirmed_by_lookup=True, address="https://a.example/r/"),
            [("status", "success"), ("trace_id", "-"), ("address", "https://a.example/r/")],
        ),
        (
            Refused(code="CR.4102", message="no right", trace_id="143-1"),
            [("status", "error"), ("trace_id", "143-1"), ("reason", "CR.4102: no right")],
        ),
        (
            InDoubt(code=Reason.NO_ANSWER),
            [("status", "unconfirmed"), ("trace_id", "-"), ("reason", "Huawei Cloud did not answer in time.")],
        ),
    ],
    ids=["created", "found", "refused", "in doubt"],
)
def test_status_and_trace_id_come_first_and_the_next_step_last(result: Outcome, lines: list[tuple[str, str]]) -> None:
    assert outcome_lines(result) == [*lines, ("next", next_step(result))]


ESCAPES = "\x1b[31mred\x1b[0m \x1b]0;title\x07\x9b2J\u202eback\u2028next\rstart\ud800"


@pytest.mark.parametrize(
    "result",
    [
        Refused(code=f"CR.1{ESCAPES}", message=ESCAPES, trace_id=ESCAPES),
        InDoubt(code=Reason.ANSWER_UNCLEAR, message=ESCAPES, status=500),
        Created(trace_id=ESCAPES, address=f"https://a.example/{ESCAPES}"),
    ],
    ids=["refused", "in doubt", "created"],
)
def test_what_comes_from_outside_is_one_printable_line(result: Outcome) -> None:
    for _label, value in outcome_lines(result):
        assert value.isprintable()
        assert "31m" not in value
        assert "title" not in value
