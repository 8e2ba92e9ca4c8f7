"""Verifies Slack's signature with any of our secrets; there are two while a secret is being replaced."""

from collections.abc import Awaitable, Callable, Sequence

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.middleware.request_verification.async_request_verification import AsyncRequestVerification
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier


class AnySecretVerifier(SignatureVerifier):
    """Accepts a signature made with any of these secrets."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__(secrets[0])
        self._each = [SignatureVerifier(secret) for secret in secrets]

    def is_valid(self, body: str | bytes, timestamp: str | None, signature: str | None) -> bool:
        """Whether the signature is valid and not older than five minutes."""
        return any(each.is_valid(body, timestamp, signature) for each in self._each)


class VerifyThen(AsyncMiddleware):
    """Bolt's own check with any of the secrets, then `following`. Bolt accepts only one middleware here, and one secret."""

    def __init__(self, secrets: Sequence[str], following: AsyncMiddleware) -> None:
        self._check = AsyncRequestVerification(secrets[0])
        self._check._verifier = AnySecretVerifier(secrets)  # noqa: SLF001  Bolt has no other way to give it one
        self._following = following

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  Bolt's name
    ) -> BoltResponse | None:
        """Continue, or refuse with 401."""

        async def verified() -> BoltResponse:
            return await self._following.async_process(req=req, resp=resp, next=next) or resp

        return await self._check.async_process(req=req, resp=resp, next=verified)
