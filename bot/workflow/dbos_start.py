"""How DBOS is set up and launched, and what of it does not run here: nothing of the bot uses it."""

from collections.abc import Iterable

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig

from bot.workflow.serializer import RecordSerializer

APPLICATION_NAME = "registry-bot"
APPLICATION_VERSION = "1"
# Threads for the database. SQLite has one connection; more threads only fight for it and for the interpreter (measured:
# 46 requests/s with DBOS's unbounded pool, 66 with three). PostgreSQL can use a few more.
_THREADS = {"sqlite": 3, "postgresql": 8}
# Nobody waits for events of DBOS, and on PostgreSQL it looks a hundred times a second whether it has some to tell.
_NOTIFY_EVERY_SECONDS = 0.5


def set_up(database: sa.Engine, *, executor_id: str, recorded: Iterable[type]) -> DBOS:
    """DBOS, before its launch. `recorded`: the types that steps and requests are made of."""
    config = DBOSConfig(
        name=APPLICATION_NAME,
        application_version=APPLICATION_VERSION,
        executor_id=executor_id,
        system_database_url=database.url.render_as_string(hide_password=False),
        system_database_engine=database,
        serializer=RecordSerializer(set(recorded)),
        log_level="WARNING",
        max_executor_threads=_THREADS[database.dialect.name],
        notification_coalesce_sec=_NOTIFY_EVERY_SECONDS,
    )
    return DBOS(config=config)


def launch(dbos: DBOS) -> None:
    """Start it, inside the loop that the workflows shall use. Raises whatever DBOS raises.

    Its background jobs look for delayed starts and time limits, which no request has. Each second, that took a third of the
    CPU at rest; DBOS has no setting for it.
    """
    # Before the launch, so that not even their first round runs beside the first request.
    dbos._background_jobs_stop_event.set()  # noqa: SLF001  a test notices when DBOS changes it
    DBOS.launch()
