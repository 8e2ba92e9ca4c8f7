"""The events that Slack sends through the Events API: https://docs.slack.dev/apis/events-api."""

from typing import Literal

from bot.slack.inbound.payload_parts import Known, KnownOrEmpty, Model

APP_HOME_OPENED = "app_home_opened"


class _HomeOpened(Model):
    type: Literal["app_home_opened"]
    user: Known
    tab: str = "home"


class AppHomeOpened(Model):
    """Somebody opened the app's `home` tab or its `messages`."""

    team_id: KnownOrEmpty = ""
    event: _HomeOpened

    @property
    def user_id(self) -> str:
        """Who."""
        return self.event.user

    @property
    def tab(self) -> str:
        """Which tab."""
        return self.event.tab
