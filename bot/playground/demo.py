"""`registry-bot demo`: the real bot, a local Slack, a local CodeArts, and a page for using them, on loopback only."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path

from bot.playground.bot_process import BotProcess
from bot.playground.playground import Playground
from bot.playground.policies import FIRST, Policy
from bot.playground.serving import HOST
from bot.playground.slack.installed_app import COMMAND

DEFAULT_PORT = 8080

_PORTS_TO_TRY = 20
_SECONDS_TO_START = 60.0
_DONE, _BOT_FAILED, _PORT_TAKEN = 0, 1, 2


class BotDiedError(Exception):
    """The bot ended before it was ready, or did not become ready in time."""


def main(*, port: int | None = None, command: str | None = None) -> int:
    """Run the demo until Ctrl-C or SIGTERM. Return the exit code: 0, 1 if the bot does not start, 2 if `port` is taken.

    `port` is where the page is served: None = 8080 or the next free one, 0 = any free one. `command` is the slash command.
    """
    return asyncio.run(_demo(port, command or COMMAND))


async def _demo(port: int | None, command: str) -> int:
    asked_to_end = _on_signals()
    playground = Playground(command=command)
    try:
        await _open(playground, port)
    except OSError:
        _complain(f"Port {port} cannot be used. Choose another one with --port, or leave it out to take a free one.")
        return _PORT_TAKEN
    with tempfile.TemporaryDirectory(prefix="registry-bot-demo-", ignore_cleanup_errors=True) as workdir:
        bot_port = _free_port()
        environment = playground.bot_environment(os.environ, port=bot_port, workdir=Path(workdir))
        bot = BotProcess({**environment, **FIRST.settings}, workdir=Path(workdir))

        async def follow(policy: Policy) -> None:
            bot.environment = {**environment, **policy.settings}
            await bot.stop()

        try:
            _say(f"Registry Bot demo: open {playground.page.base_url}/ in a browser. Ctrl-C ends it.")
            playground.expect_bot(bot_port)
            playground.page.watch_bot(f"http://{HOST}:{bot_port}/readyz", kill=bot.kill, follow=follow)
            return await _until(asked_to_end, playground, bot)
        finally:
            await bot.stop()
            await playground.stop()


def _on_signals() -> asyncio.Event:
    asked_to_end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_end.set)
    return asked_to_end


async def _open(playground: Playground, port: int | None) -> None:
    """Start the playground. Raises OSError if the given port, or every default one, is taken."""
    if port is not None:
        await playground.start(port=port)
        return
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TO_TRY):
        try:
            await playground.start(port=candidate)
        except OSError:
            continue
        return
    await playground.start(port=0)


async def _until(asked_to_end: asyncio.Event, playground: Playground, bot: BotProcess) -> int:
    """Keep the bot running until the demo is asked to end."""
    keeping = asyncio.create_task(_keep_running(playground, bot))
    asking = asyncio.create_task(asked_to_end.wait())
    await asyncio.wait({keeping, asking}, return_when=asyncio.FIRST_COMPLETED)
    asking.cancel()
    if not keeping.done():
        keeping.cancel()
        await asyncio.wait({keeping})
        _say("Ended.")
        return _DONE
    error = keeping.exception()
    if not isinstance(error, BotDiedError):
        keeping.result()
    _complain("\n".join([str(error), *(f"  | {line}" for line in bot.last_lines())]))
    return _BOT_FAILED


async def _keep_running(playground: Playground, bot: BotProcess) -> None:
    """Start the bot, and restart it whenever it ends after being ready or on request, so that it finishes what it accepted.

    Raises BotDiedError if it ends by itself before it is ready, or is not ready after a minute.
    """
    while True:
        await bot.start()
        ended = asyncio.create_task(bot.wait())
        try:
            await _until_ready(playground, ended)
            _say(f"The bot is up. Its log: {bot.log}")
            code = await ended
        except BotDiedError:
            if not (ended.done() and bot.told_to_leave):
                raise
            code = await ended
        finally:
            ended.cancel()
        playground.page.bot_ended()
        _say(f"The bot ended ({_cause(code)}); starting it again.")


async def _until_ready(playground: Playground, ended: asyncio.Task[int]) -> None:
    ready = asyncio.create_task(playground.page.wait_for(playground.page.bot_is_up, timeout=_SECONDS_TO_START))
    try:
        await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            raise BotDiedError(f"The bot did not start ({_cause(ended.result())}). Its last lines:")
        ready.result()
    except TimeoutError as error:
        raise BotDiedError(f"The bot was not ready after {_SECONDS_TO_START:.0f} s. Its last lines:") from error
    finally:
        ready.cancel()


def _cause(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"ended by {signal.Signals(-code).name}"


def _free_port() -> int:
    """A port on loopback that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _complain(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
