"""What takes part in a run: the two servers in this process, the bot in processes of its own, the people."""

import contextlib
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.chaos import databases
from tests.chaos.crowd import Crowd, open_channels
from tests.chaos.deciders import SETTINGS, Deciders
from tests.chaos.plan import Plan
from tests.chaos.timeline import Timeline
from tests.chaos.verdict import is_final, messages_by_name
from tests.support.bot_process import BotProcess
from tests.support.running import BOT_TOKEN, SIGNING_SECRET, connected_to


@dataclass(slots=True, kw_only=True)
class Scene:
    """Everything that takes part in a run. Deliveries go to a random replica of `behind_balancer` that is alive."""

    plan: Plan
    slack: LocalSlack
    cloud: LocalCodeArts
    database_url: str
    replicas: list[BotProcess]
    behind_balancer: list[BotProcess]
    crowd: Crowd
    deciders: Deciders
    timeline: Timeline
    choice: random.Random

    @property
    def unfinished(self) -> list[str]:
        """The names that were accepted and are not final yet."""
        return [asked.name for asked in self.crowd.asked if asked.accepted and asked.final_at is None]

    async def kill(self, replica: BotProcess, why: str) -> int:
        """SIGKILL; how many accepted requests were in progress."""
        await replica.kill()
        now = time.monotonic()
        self.timeline.note(f"KILL {replica.name} {why}")
        cut = [asked for asked in self.crowd.asked if asked.accepted and asked.final_at is None]
        for asked in cut:
            asked.cut_at = now
        return len(cut)

    def notice_outcomes(self) -> bool:
        """Note the time of every new outcome; whether any message still says creating."""
        told = messages_by_name(self.slack)
        final = {name for name, about in told.items() if any(map(is_final, about))}
        for asked in self.crowd.asked:
            if asked.final_at is None and asked.name in final:
                asked.final_at = time.monotonic()
        return any(not is_final(message) for about in told.values() for message in about)


@contextlib.asynccontextmanager
async def scene(plan: Plan, folder: Path) -> AsyncIterator[Scene]:
    """The servers run, the replicas do not yet. At the end everybody leaves and every child is dead."""
    choice = random.Random(plan.seed)
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN))
        # A taken name is accepted: a doubled create call shall show as a doubled registry.
        cloud = await stack.enter_async_context(
            LocalCodeArts(latency=plan.latency, duplicate="accepted", lands_elsewhere=plan.elsewhere)
        )
        url = stack.enter_context(databases.fresh(plan.database, folder))
        replicas = [
            BotProcess(
                name=f"replica-{number}",
                module=("tests.chaos.hurried",) if plan.hurried else ("bot", "run"),
                environment={
                    **connected_to(slack, cloud),
                    "DATABASE_URL": url,
                    **_identity(plan, number),
                    **_approvals(plan),
                },
                log=folder / f"replica-{number}.log",
            )
            for number in range(plan.replicas)
        ]
        behind_balancer = list(replicas)
        open_channels(slack)
        slack.invite_bot(company.PLATFORM)
        timeline = Timeline(slack, cloud)
        crowd = Crowd(slack, timeline, choice, lambda: [each.address for each in behind_balancer if each.alive])
        for replica in replicas:
            stack.push_async_callback(replica.kill)
        stack.push_async_callback(crowd.leave)
        yield Scene(
            plan=plan,
            slack=slack,
            cloud=cloud,
            database_url=url,
            replicas=replicas,
            behind_balancer=behind_balancer,
            crowd=crowd,
            deciders=Deciders(slack, lambda: crowd.asked, choice, crowd.balance),
            timeline=timeline,
            choice=choice,
        )


def _approvals(plan: Plan) -> dict[str, str]:
    return SETTINGS if plan.approvals else {}


def _identity(plan: Plan, number: int) -> dict[str, str]:
    # On SQLite the file is the identity.
    return {} if plan.database == "sqlite" else {"EXECUTOR_ID": f"chaos-{number}"}
