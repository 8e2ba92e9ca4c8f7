"""One run: people come all the time, the bot is killed again and again, then quiet is awaited and everything counted."""

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.playground.slack import company
from tests.chaos import databases, decisions
from tests.chaos.instants import Instants
from tests.chaos.outsider import Outsider
from tests.chaos.plan import Plan
from tests.chaos.receipts import contradictions
from tests.chaos.scene import Scene, scene
from tests.chaos.storm import Storm
from tests.chaos.verdict import Verdict, Violation, judge, name_told

_ARRIVE_WITHIN = 0.8  # seconds
_SILENCE = 1.5  # seconds without a call, longer than any slow answer of Slack
_LONG_DEAD = 16.0  # seconds, more than the others may take to adopt the work of a dead replica
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run came to. `slowest_recovery` is in seconds; `details` has a paragraph for each broken promise."""

    plan: Plan
    verdict: Verdict
    kills: int
    faults: int
    deeds: int
    slowest_recovery: float
    seconds: float
    details: list[str]
    answers: str = ""

    def table(self) -> str:
        """The figures, one a line."""
        verdict = self.verdict
        rows: list[tuple[str, object]] = [
            ("seed", self.plan.seed),
            ("database", self.plan.database),
            ("replicas", self.plan.replicas),
            ("kills", self.kills),
            ("faults", self.faults),
            ("somebody else's", f"{self.deeds} deeds"),
            ("list shows", "another project" if self.plan.elsewhere else "the right project"),
            ("requests accepted", verdict.accepted),
            ("registries", verdict.registries),
            ("messages", verdict.messages),
            ("lost", verdict.count("lost")),
            ("doubled", verdict.count("doubled")),
            ("misreported", verdict.count("misreported")),
            ("unconfirmed", f"{verdict.unknowable}, {verdict.count('unconfirmed')} of them could be known"),
            ("refused", verdict.count("refused")),
            ("receipts", f"{verdict.count('unrecorded')} missing or contradicting"),
            *([("answers", self.answers), ("undecided", verdict.count("undecided"))] if self.plan.approvals else []),
            ("slowest recovery", f"{self.slowest_recovery:.1f} s"),
            ("duration", f"{self.seconds:.0f} s"),
        ]
        return "\n".join(f"{name:<18} {value}" for name, value in rows)


async def run(plan: Plan, folder: Path, say: Say = print) -> Result:
    """Carry out a plan. `folder` gets the bot's logs and the SQLite file; `say` hears of the progress.

    Raises BotDied when a bot ends by itself.
    """
    started = time.monotonic()
    async with scene(plan, folder) as here:
        storm = Storm(here.slack, here.cloud, here.choice, approvals=plan.approvals)
        outsider = Outsider(here.cloud, lambda: [each.name for each in here.crowd.asked], here.choice)
        instants = Instants(here.timeline, here.choice, latency=plan.latency)
        async with _watching(here), here.deciders.at_work() if plan.approvals else contextlib.nullcontext():
            async with (
                storm.raging() if plan.faults else contextlib.nullcontext(),
                outsider.at_work() if plan.outsider else contextlib.nullcontext(),
            ):
                await (_lives if plan.replicas == 1 else _deaths)(here, instants, say)
            say(f"no more kills; {len(here.unfinished)} under way, {here.crowd.waiting} people at their form")
            await _quiet(here, say)
        verdict = judge(here.crowd.asked, here.slack, here.cloud)
        unrecorded = tuple(contradictions(here.crowd.asked, here.slack, here.cloud, here.database_url))
        undecided = tuple(_undecided(here)) if plan.approvals else ()
        verdict = dataclasses.replace(verdict, violations=verdict.violations + unrecorded + undecided)
        return Result(
            plan=plan,
            verdict=verdict,
            kills=plan.kills,
            faults=storm.count,
            deeds=outsider.count,
            slowest_recovery=max((asked.recovery or 0.0 for asked in here.crowd.asked), default=0.0),
            seconds=time.monotonic() - started,
            details=_details(here, verdict),
            answers=_answers(here) if plan.approvals else "",
        )


def _undecided(here: Scene) -> Iterator[Violation]:
    return decisions.broken(here.crowd.asked, here.slack, here.cloud, here.database_url, here.deciders.pressed)


def _answers(here: Scene) -> str:
    counted = ", ".join(f"{count} {answer}" for answer, count in sorted(decisions.figures(here.database_url).items()))
    return f"{here.deciders.count} presses; {counted}"


async def _lives(here: Scene, instants: Instants, say: Say) -> None:
    """One process, killed and started again; it is running at the end."""
    (bot,) = here.replicas
    for number in range(1, here.plan.kills + 1):
        here.crowd.arrive(here.plan.requests, within=_ARRIVE_WITHIN)
        await bot.start()
        early = instants.during_start()
        if early is None:
            await bot.listening()
            moment = await instants.wait()
            bot.check()
        else:
            await asyncio.sleep(early)
            moment = f"{early:.2f} s after its start"
        cut = await here.kill(bot, moment)
        _tell(here, number, f"{moment}: {cut} under way", say)
    here.crowd.arrive(here.plan.requests, within=_ARRIVE_WITHIN)
    await bot.start()
    await bot.listening()


async def _deaths(here: Scene, instants: Instants, say: Say) -> None:
    """Several processes, one of them killed at a time, dead for a while, and started again."""
    await asyncio.gather(*(replica.start() for replica in here.replicas))
    await asyncio.gather(*(replica.listening() for replica in here.replicas))
    for number in range(1, here.plan.kills + 1):
        here.crowd.arrive(here.plan.requests, within=_ARRIVE_WITHIN)
        victim = here.choice.choice(here.replicas)
        moment = await instants.wait()
        for replica in here.replicas:
            replica.check()
        cut = await here.kill(victim, moment)
        dead_for = here.choice.choice((0.0, here.choice.uniform(0, 3), _LONG_DEAD))
        _tell(here, number, f"{victim.name} {moment}: {cut} under way, dead for {dead_for:.1f} s", say)
        await asyncio.sleep(dead_for)
        await victim.start()
        await victim.listening()
    here.crowd.arrive(here.plan.requests, within=_ARRIVE_WITHIN)


def _tell(here: Scene, number: int, what: str, say: Say) -> None:
    accepted = sum(asked.accepted for asked in here.crowd.asked)
    say(f"kill {number}/{here.plan.kills} {what}; {accepted} accepted, {len(here.unfinished)} not final")


@contextlib.asynccontextmanager
async def _watching(here: Scene) -> AsyncIterator[None]:
    """Note the times of outcomes while the block runs."""

    async def watch() -> None:
        while True:
            await asyncio.sleep(0.1)
            here.notice_outcomes()

    watcher = asyncio.create_task(watch())
    try:
        yield
    finally:
        watcher.cancel()


async def _quiet(here: Scene, say: Say) -> None:
    """Return when nothing is in progress any more, or when patience ends: then what is missing is lost."""
    deadline, told = time.monotonic() + here.plan.quiet_within, time.monotonic()
    while time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        for replica in here.replicas:
            replica.check()
        pending = _open(here)
        if not here.crowd.waiting and not pending and time.monotonic() - here.timeline.last_call_at > _SILENCE:
            break
        if time.monotonic() - told > 15:
            told = time.monotonic()
            say(
                f"waiting: {len(pending)} pending, {len(here.unfinished)} not final, {here.crowd.waiting} at their form"
            )
    here.notice_outcomes()


def _open(here: Scene) -> set[str]:
    """The workflows that somebody waits for. In a hurry, also those that only look once more what they have told."""
    pending = databases.pending(here.database_url)
    told = {f"{company.TEAM_ID}-{each.view_id}" for each in here.crowd.asked if each.final_at is not None}
    return pending if here.plan.hurried else pending - told


def _details(here: Scene, verdict: Verdict) -> list[str]:
    """All that is known of each request with a broken promise."""
    asked = {each.name: each for each in here.crowd.asked}
    told = []
    for name in dict.fromkeys(violation.name for violation in verdict.violations):
        lines = [f"{broken.kind}: {name}: {broken.why}" for broken in verdict.violations if broken.name == name]
        lines.append(str(asked.get(name)))
        messages = [each for channel in here.slack.channels for each in here.slack.messages(channel)]
        about = [message for message in messages if name_told(message) == name]
        lines += [f"message {each.ts} {each.channel} via {each.via}: {each.text}" for each in about]
        lines += [str(registry) for registry in here.cloud.registries if registry.display_name == name]
        lines += here.timeline.about(f'"{name}"', f"'{name}'", f" {name}", *(message.ts for message in about))
        view = asked[name].view_id if name in asked else None
        lines += databases.steps_of(here.database_url, f"{company.TEAM_ID}-{view}") if view else []
        told.append("\n    ".join(lines))
    return told
