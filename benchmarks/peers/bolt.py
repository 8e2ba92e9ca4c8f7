"""A bare slack-bolt AsyncApp as in Slack's documentation: acknowledge, open the form; nothing is stored.

https://docs.slack.dev/tools/bolt-python/concepts/opening-modals
"""

import argparse
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.features.create_registry import form


def main() -> None:
    """Serve on `port` until killed. `--before-response` is Bolt's switch of that name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("slack_api_url")
    parser.add_argument("signing_secret")
    parser.add_argument("--before-response", action="store_true")
    given = parser.parse_args()
    app = AsyncApp(
        signing_secret=given.signing_secret,
        client=AsyncWebClient(token="xoxb-benchmarks", base_url=given.slack_api_url),
        process_before_response=given.before_response,
    )

    @app.command("/create-registry")
    async def open_form(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        view = form.build(form.Form(region="ap-southeast-3"), form.Filled(typed=body["text"]))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view(form.CALLBACK_ID)
    async def take_form(ack: Any) -> None:
        await ack()

    app.server(port=given.port, host="127.0.0.1").start()


if __name__ == "__main__":
    main()
