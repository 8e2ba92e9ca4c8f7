"""The count itself: each broken promise must show, or the runs prove nothing."""

import json
from collections.abc import Callable

import pytest

from bot.playground.codearts.records import CloudCall
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from tests.chaos.crowd import CHANNELS, open_channels
from tests.chaos.outsider import OUTSIDER
from tests.chaos.plan import Asked
from tests.chaos.verdict import Verdict, judge

NAME, HERE = "r00000", CHANNELS[0]
Change = Callable[["World"], object]


class World:
    """The servers after one request that went well."""

    def __init__(self) -> None:
        self.slack = LocalSlack(signing_secret="s", bot_token="t")
        self.cloud = LocalCodeArts()
        self.asked = Asked(name=NAME, user=company.ANA, channel=HERE, accepted_at=1.0, final_at=2.0)
        open_channels(self.slack)
        self.others: list[Asked] = []
        self.proofs()
        self.call(NAME, "1-1-1")
        self.call("r00001", "2-2-2")
        self.registry = self.cloud.add_registry(NAME, trace_id="1-1-1", created_by="registry-bot")
        self.message = self.say("success", "1-1-1")

    def call(self, name: str, trace_id: str) -> None:
        body = json.dumps({"display_name": name}).encode()
        self.cloud.calls.append(
            CloudCall(operation="create", method="POST", path="/", query={}, headers={}, body=body, trace_id=trace_id)
        )

    def proofs(self) -> None:
        """The list has shown a few registries whose creation was confirmed."""
        for number in range(90000, 90009):
            name = f"r{number}"
            self.cloud.add_registry(name, trace_id=name, created_by="registry-bot", description="ours")
            self.say("success", f"create-{name}", name=name)
            self.others.append(Asked(name=name, user=company.ANA, channel=HERE, accepted_at=1.0))
            self.call(name, f"create-{name}")
            looked = CloudCall(
                operation="list", method="GET", path="/", query={"qname": name}, headers={}, body=b"", trace_id=name
            )
            self.cloud.calls.append(looked)
            for call in self.cloud.calls[-2:]:
                call.status, call.applied = 200, True

    def deleted(self) -> None:
        self.registry.status = "trash"

    def somebody_makes_one(self) -> None:
        self.cloud.add_registry(NAME, created_by=OUTSIDER)

    def taken(self, *, made: bool = False) -> None:
        if not made:
            self.cloud.registries.remove(self.registry)
        self.somebody_makes_one()
        self.say_instead("error")

    def claimed(self) -> None:
        self.cloud.registries.remove(self.registry)
        self.somebody_makes_one()

    def unconfirmed(self, *, early: bool = False, deleted: bool = False, gone: bool = False) -> None:
        if early:
            self.cloud.calls.sort(key=lambda call: call.trace_id != "1-1-1")
        if deleted:
            self.deleted()
        if gone:
            self.cloud.registries.remove(self.registry)
        self.say_instead("unconfirmed")

    def say(
        self, status: str, trace_id: str, *, name: str = NAME, channel: str = HERE, shown: str | None = None
    ) -> Message:
        summary = f"Registry `{name}`: {status}, trace id {trace_id}, requested by <@{company.ANA}>"
        words = f"Status: {shown or status} · Trace id: {trace_id} · x · Reference: R-7K2F9"
        blocks = [{"type": "rich_text", "elements": [{"type": "text", "text": words}]}]
        return self.slack.workspace.post(
            channel, user=company.BOT_USER, via="chat.postMessage", text=summary, blocks=blocks
        )

    def say_creating(self) -> Message:
        return self.slack.workspace.post(
            HERE, user=company.BOT_USER, via="chat.postMessage", text=f"Creating the registry {NAME}\nStatus: creating"
        )

    def delete(self) -> None:
        self.slack.delete(HERE, self.message.ts)

    def say_instead(self, status: str, trace_id: str = "1-1-1", **more: str) -> None:
        self.delete()
        self.say(status, trace_id, **more)

    def forget_acceptance(self) -> None:
        self.asked.accepted_at = None

    def broken(self) -> set[str]:
        others = {each.name for each in self.others}
        return {violation.kind for violation in self.verdict().violations if violation.name not in others}

    def verdict(self) -> Verdict:
        return judge([self.asked, *self.others], self.slack, self.cloud)


def test_a_request_with_one_registry_and_one_true_message_breaks_nothing() -> None:
    world = World()
    verdict = world.verdict()
    assert not verdict.violations
    assert (verdict.accepted, verdict.registries, verdict.messages) == (10, 10, 10)


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        pytest.param(lambda w: w.cloud.registries.clear(), {"lost", "misreported"}, id="registry gone"),
        pytest.param(lambda w: w.deleted(), set(), id="deleted since by somebody else"),
        pytest.param(lambda w: w.somebody_makes_one(), set(), id="somebody else has one too"),
        pytest.param(lambda w: w.taken(), set(), id="somebody else had it"),
        pytest.param(lambda w: w.taken(made=True), {"misreported"}, id="error, but it was made beside somebody else's"),
        pytest.param(lambda w: w.claimed(), {"lost", "misreported"}, id="somebody else's called ours"),
        pytest.param(lambda w: w.delete(), {"lost"}, id="message gone"),
        pytest.param(
            lambda w: w.cloud.add_registry(NAME, created_by="registry-bot"), {"doubled"}, id="second registry"
        ),
        pytest.param(lambda w: w.say("success", "1-1-1"), {"doubled"}, id="second message"),
        pytest.param(
            lambda w: w.say("success", "1-1-1", channel=CHANNELS[1]), {"doubled", "misreported"}, id="in two channels"
        ),
        pytest.param(lambda w: w.say_creating(), {"misreported"}, id="stale creating"),
        pytest.param(lambda w: w.say_instead("error"), {"misreported"}, id="error, but it is there"),
        pytest.param(lambda w: w.say_instead("unconfirmed"), {"unconfirmed"}, id="unconfirmed, but it could be known"),
        pytest.param(lambda w: w.unconfirmed(early=True), set(), id="unconfirmed before the list was proven"),
        pytest.param(lambda w: w.unconfirmed(deleted=True), set(), id="unconfirmed, since somebody deleted it"),
        pytest.param(lambda w: w.unconfirmed(gone=True), {"lost", "unconfirmed"}, id="unconfirmed, and nothing there"),
        pytest.param(
            lambda w: w.unconfirmed(early=True, gone=True), set(), id="nobody could know that it is not there"
        ),
        pytest.param(lambda w: w.say_instead("success", "2-2-2"), {"misreported"}, id="another's trace id"),
        pytest.param(lambda w: w.say_instead("success", "none was given"), {"misreported"}, id="no trace id"),
        pytest.param(lambda w: w.say_instead("success", shown="error"), {"misreported"}, id="blocks say otherwise"),
        pytest.param(lambda w: w.say("success", "3-3-3", name="r00007"), {"misreported"}, id="nobody asked"),
        pytest.param(lambda w: w.forget_acceptance(), {"refused"}, id="never accepted, but pressed on"),
    ],
)
def test_each_broken_promise_is_counted_as_what_it_is(change: Change, kinds: set[str]) -> None:
    world = World()
    change(world)
    assert world.broken() == kinds


def test_a_person_who_walked_away_may_get_all_or_nothing_but_no_half() -> None:
    world = World()
    world.forget_acceptance()
    world.asked.walked_away = True
    assert world.broken() == set()
    world.delete()
    assert world.broken() == {"lost"}
    world.cloud.registries.clear()
    assert world.broken() == set()


def test_an_ephemeral_message_counts_as_none() -> None:
    world = World()
    world.message.ephemeral_to = company.ANA
    assert world.broken() == {"lost"}
