"""Exchanges that are signed with the current key, and what their answers reveal about it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from bot.codearts.acceptance import Acceptance
from bot.codearts.auth import Signer
from bot.codearts.credentials.key import Key
from bot.codearts.credentials.key_cache import KeyCache
from bot.codearts.transport import exchange
from bot.domain.outcomes import NotApplied
from bot.domain.registry import Attempt, Created
from bot.domain.vendor_codes import RIGHTS_MISSING, ends_with, key_refused
from bot.errors import LookupFailed, NoCredentials


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAnswer:
    """The answer. `key` is the one that signed the request, at `asked_at` (on the monotonic clock)."""

    response: httpx.Response
    body: bytes
    key: Key
    asked_at: float


class Signed:
    """The exchanges of one client. `acceptance` keeps what they reveal about the key; `deadline` is in seconds."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        keys: KeyCache,
        project_id: str | None,
        clock: Callable[[], float],
        deadline: float,
    ) -> None:
        self._client = client
        self._keys = keys
        self._project_id = project_id
        self._clock = clock
        self._deadline = deadline
        self.acceptance = Acceptance(keys.source.way)

    async def exchange(self, request: httpx.Request) -> SignedAnswer:
        """Send it once and read the whole answer. Raises `NoCredentials`, or as `transport.exchange`."""
        asked_at = time.monotonic()
        try:
            key = await self._keys.current()
        except NoCredentials as failure:
            self.acceptance.refuse(failure.code, failure.said or failure.message)
            raise
        signer = Signer(key=key, project_id=self._project_id, clock=self._clock)
        response, body = await exchange(self._client, request, auth=signer, deadline=self._deadline)
        return SignedAnswer(response=response, body=body, key=key, asked_at=asked_at)

    def note_attempt(self, answer: SignedAnswer, attempt: Attempt) -> None:
        """Learn from the result of a create call."""
        code = getattr(attempt, "code", "")
        if isinstance(attempt, NotApplied) and key_refused(code, attempt.status):
            self._refused(answer, code, attempt.message)
        elif isinstance(attempt, Created) or ends_with(code, RIGHTS_MISSING):
            self.acceptance.accept(asked_at=answer.asked_at)

    def note_look_up(self, answer: SignedAnswer, failure: LookupFailed | None) -> None:
        """Learn from the result of a list call."""
        if failure is None:
            self.acceptance.accept(asked_at=answer.asked_at)
        elif key_refused(failure.code, failure.status):
            self._refused(answer, failure.code, failure.message)

    def _refused(self, answer: SignedAnswer, code: str, why: str | None) -> None:
        self._keys.refused(answer.key)
        self.acceptance.refuse(code, why)
