"""Logging set up as a command does it, with the lines in memory, and put back afterwards."""

import io
import logging
import sys
from collections.abc import Callable, Iterator

import pytest
import structlog

SetUp = Callable[..., None]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., io.StringIO]]:
    """Calls one of our two set-ups and returns where its lines go."""
    root, known = logging.getLogger(), logging.Logger.manager.loggerDict
    handlers, level = root.handlers[:], root.level
    dbos = logging.getLogger("dbos")
    of_dbos = dbos.handlers[:], dbos.propagate
    dbos.handlers[:], dbos.propagate = [], True  # as in a process in which it did not run yet
    others = {name: logger.level for name, logger in known.items() if isinstance(logger, logging.Logger)}

    def call(set_up: SetUp, *, secrets: tuple[str, ...] = (), **options: str) -> io.StringIO:
        lines = io.StringIO()
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stderr", lines)
            set_up(secrets=secrets, **options)
        return lines

    yield call
    structlog.contextvars.clear_contextvars()
    root.handlers[:], root.level = handlers, level
    dbos.handlers[:], dbos.propagate = of_dbos
    for name, logger in known.items():
        if isinstance(logger, logging.Logger):
            logger.setLevel(others.get(name, logging.NOTSET))
