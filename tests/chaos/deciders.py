"""The people who answer for requests that wait: one, two at once, the requester, or nobody; in every way that can race."""

import asyncio
import contextlib
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

from bot.playground.slack import company
from bot.playground.slack.records import Delivery, Message
from bot.playground.slack.server import LocalSlack
from tests.chaos.plan import Asked
from tests.chaos.verdict import name_told
from tests.support.approving import APPROVE, DECLINE, WITHDRAW, buttons

# How long a request waits; long enough for a replica that is dead for a while, and short enough that many expire.
TTL_SECONDS = 25
SETTINGS = {
    "APPROVAL": "always",
    "APPROVERS": company.BEN,
    "APPROVER_GROUPS": company.PLATFORM_TEAM,
    "APPROVAL_CHANNEL": company.PLATFORM,
    "APPROVAL_TTL": f"{TTL_SECONDS}s",
}
MAY_ANSWER = (company.BEN, company.CHIARA)
WHY = "Use <!channel> the team's"
_HESITATES = 6.0  # seconds at most before somebody answers
_FORM_WITHIN = 1.5
# How a question ends, and how often: each is who presses what at the same moment. "own": the requester.
_WAYS: Sequence[tuple[int, tuple[tuple[str, str], ...]]] = (
    (6, (("any", APPROVE),)),
    (5, (("all", APPROVE),)),
    (3, (("any", DECLINE),)),
    (3, (("any", APPROVE), ("any", DECLINE))),
    (2, (("all", APPROVE), ("own", WITHDRAW))),
    (2, (("own", WITHDRAW),)),
    (2, (("own", APPROVE), ("own", DECLINE))),
    (1, (("other", WITHDRAW),)),
    (2, ()),
)


class Deciders:
    """`pressed` has, for each registry's name, who pressed what: the action, and the person."""

    def __init__(
        self,
        slack: LocalSlack,
        asked: Callable[[], Sequence[Asked]],
        choice: random.Random,
        balance: Callable[[], None],
    ) -> None:
        self.pressed: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._slack, self._asked, self._choice, self._balance = slack, asked, choice, balance
        self._seen: set[str] = set()
        self._busy: set[asyncio.Task[None]] = set()

    @property
    def count(self) -> int:
        """How many answers were given, in time or not, by people who may answer and people who may not."""
        return sum(map(len, self.pressed.values()))

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """While the block runs."""
        looking = asyncio.create_task(self._look())
        try:
            yield
            if looking.done():
                looking.result()
        finally:
            for task in (looking, *self._busy):
                task.cancel()
            await asyncio.gather(looking, *self._busy, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            everybody = {each.name: each for each in self._asked()}
            for question in questions(self._slack):
                name = name_told(question) or ""
                if name in everybody and name not in self._seen:
                    self._seen.add(name)
                    self._decide(everybody[name], question)

    def _decide(self, asked: Asked, question: Message) -> None:
        ((_, way),) = self._choice.choices(_WAYS, [weight for weight, _ in _WAYS])
        # Some answer when it is just over.
        longest = TTL_SECONDS if self._choice.random() < 0.08 else 0.0
        delay = longest or self._choice.uniform(0, _HESITATES)
        for who, action in way:
            for person in self._people(who, asked.user):
                self._busy.add(asyncio.create_task(self._answer(asked, question, action, person, delay)))

    def _people(self, who: str, requester: str) -> Iterator[str]:
        others = [each for each in MAY_ANSWER if each != requester]
        match who:
            case "own":
                yield requester
            case "all":
                yield from others
            case "other":
                yield next(each for each in (company.ANA, company.BEN) if each != requester)
            case _:
                yield self._choice.choice(others)

    async def _answer(self, asked: Asked, question: Message, action: str, person: str, delay: float) -> None:
        await asyncio.sleep(delay)
        self.pressed[asked.name].add((action, person))
        # They press until Slack says that it was heard, or the button is gone.
        for message in self._shown(asked, question, action):
            self._balance()
            delivery = await self._slack.press(message.ts, action, channel=message.channel, user=person)
            if delivery.error is None and (action != DECLINE or await self._declined(asked, person)):
                return
            await asyncio.sleep(self._choice.uniform(0.1, 0.4))

    def _shown(self, asked: Asked, question: Message, action: str) -> Iterator[Message]:
        while True:
            if action == WITHDRAW:
                there = [each for each in self._slack.messages(asked.channel) if name_told(each) == asked.name]
            else:
                there = [each for each in self._slack.messages(question.channel) if each.ts == question.ts]
            shown = next((each for each in there if action in buttons(each)), None)
            if shown is None:
                return
            yield shown

    async def _declined(self, asked: Asked, person: str) -> bool:
        try:
            await self._slack.wait_for(lambda: self._form(asked, person) is not None, timeout=_FORM_WITHIN)
        except TimeoutError:
            return False
        for _ in range(40):
            form = self._form(asked, person)
            if form is None:
                return True
            self._balance()
            delivery = await self._slack.submit(form, {"decline_reason": {"reason": WHY}}, user=person)
            if _taken(delivery):
                return True
            await asyncio.sleep(self._choice.uniform(0.1, 0.4))
        return False

    def _form(self, asked: Asked, person: str) -> str | None:
        request = f"{company.TEAM_ID}-{asked.view_id}"
        for view in list(self._slack.views.values())[-60:]:
            theirs = view.open and view.user == person and view.view.get("callback_id") == "approval_decline"
            if theirs and json.loads(view.view["private_metadata"])["request"] == request:
                return view.id
        return None


def questions(slack: LocalSlack) -> list[Message]:
    """What the approvers read in their channel: the questions, and what has become of them."""
    return [
        each
        for each in slack.messages(company.PLATFORM)
        if each.ephemeral_to is None and not each.is_reply and name_told(each) is not None
    ]


def _taken(delivery: Delivery) -> bool:
    """Closed, or what to know instead of it: nothing that asks to be sent again."""
    return delivery.error is None and (not delivery.json or delivery.json.get("response_action") == "update")
