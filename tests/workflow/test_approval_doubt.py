"""What is doubted about a request that was not approved: only what nobody pressed, unless no registry has its name."""

import asyncio

import pytest

from bot.domain.approval import ApprovalAnswer, Decision
from bot.workflow import approval_doubt
from bot.workflow.approval_doubt import nobody_knows, with_doubt


def answered(answer: ApprovalAnswer) -> Decision:
    return Decision(answer=answer, at=1.0)


class Lookup:
    """A look-up with this result; it counts how often it was made."""

    def __init__(self, result: bool | Exception | None = None) -> None:
        self.result = result
        self.count = 0

    async def __call__(self) -> bool | None:
        self.count += 1
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


@pytest.mark.parametrize("answer", [ApprovalAnswer.EXPIRED, ApprovalAnswer.WITHDRAWN, ApprovalAnswer.CANCELLED])
@pytest.mark.parametrize(
    ("result", "doubt"), [(True, "exists"), (None, "unknown"), (OSError("no route"), "unknown"), (False, None)]
)
async def test_what_nobody_pressed_is_doubted_unless_there_is_no_registry(
    answer: ApprovalAnswer, result: bool | Exception | None, doubt: str | None
) -> None:
    doubted = await with_doubt(answered(answer), Lookup(result))
    assert (doubted.answer, doubted.doubt) == (answer, doubt)


@pytest.mark.parametrize("answer", [ApprovalAnswer.APPROVED, ApprovalAnswer.DECLINED])
async def test_what_an_approver_pressed_is_certain_and_nothing_is_looked_up(answer: ApprovalAnswer) -> None:
    exists = Lookup(True)
    assert await with_doubt(answered(answer), exists) == answered(answer)
    assert exists.count == 0


async def test_a_look_up_that_never_ends_leaves_it_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approval_doubt, "_SECONDS", 0.01)

    async def never() -> bool | None:
        await asyncio.Event().wait()
        return None

    assert (await with_doubt(answered(ApprovalAnswer.EXPIRED), never)).doubt == "unknown"


async def test_what_cannot_be_looked_up_is_unknown() -> None:
    assert (await with_doubt(answered(ApprovalAnswer.EXPIRED), nobody_knows)).doubt == "unknown"
