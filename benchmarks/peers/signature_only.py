"""The floor of an answer: aiohttp and the check of Slack's signature, nothing else."""

import sys

from aiohttp import web
from slack_sdk.signature import SignatureVerifier


def main() -> None:
    """Serve on the port of the first argument; the second is the signing secret."""
    verifier = SignatureVerifier(sys.argv[2])

    async def events(request: web.Request) -> web.Response:
        valid = verifier.is_valid_request(await request.read(), dict(request.headers))
        return web.Response(status=200 if valid else 401)

    app = web.Application()
    app.router.add_post("/slack/events", events)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)


if __name__ == "__main__":
    main()
