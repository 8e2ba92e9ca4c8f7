"""A form about an approval is answered within Slack's three seconds, whatever takes long, and says what is not certain."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.config import Settings
from bot.features.approvals import wording
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.server import LocalSlack
from tests.support.approving import ALWAYS, open_decline_form, told
from tests.support.database import rows
from tests.support.people import ask_for
from tests.support.running import running_bot


async def test_a_no_is_answered_in_time_by_a_slow_database_and_counts_all_the_same(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    slow = True

    def slowly(_connection: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if slow and ("registry_bot_requests" in statement or "registry_bot_events" in statement):
            time.sleep(0.6)  # in a thread of the ledger's

    async with running_bot(settings(**ALWAYS), slack) as service:
        await ask_for(slack, "shop")
        view_id = await open_decline_form(slack, "shop")
        sa.event.listen(service.engine.database, "before_cursor_execute", slowly)
        delivery = await slack.submit(view_id, {"decline_reason": {"reason": "Not now."}})
        slow = False
        assert delivery.error is None, delivery  # Slack's own limit is kept by the local one
        if slack.views[view_id].open:
            assert slack.views[view_id].errors == {"decline_reason": wording.NOT_SAVED}
            await slack.submit(view_id, {"decline_reason": {"reason": "Not now."}})
        await told(slack, "shop", "was declined")
    decided = "SELECT code FROM registry_bot_events WHERE code IN ('approved', 'declined')"
    assert rows(tmp_path / "bot.sqlite3", decided) == [("declined",)]
    assert cloud.registries == []
