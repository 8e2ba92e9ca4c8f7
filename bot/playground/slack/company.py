"""A small company: three people, the bot, and the kinds of channel where posting can fail."""

from bot.playground.slack.records import Channel, User, UserGroup

TEAM_ID, TEAM_DOMAIN, TEAM_NAME = "T0PLAYGRND0", "playground", "Playground"
TEAM_URL = f"https://{TEAM_DOMAIN}.slack.example/"
APP_ID, BOT_ID = "A0REGBOT000", "B0REGBOT000"

ANA, BEN, CHIARA = "U0ANALIND00", "U0BENOKORO0", "U0CHIARARO0"
BOT_USER, SLACKBOT = "U0REGBOT000", "USLACKBOT"

GENERAL, TEAM_SHOP, PLATFORM = "C0GENERAL00", "C0TEAMSHOP0", "C0PLATFORM0"
PLATFORM_TEAM = "S0PLATFORM0"
SECRET_PROJECT, OLD_LAUNCH = "C0SECRETPR0", "C0OLDLAUNCH"


def users() -> dict[str, User]:
    """The people and the bot, by id."""
    everybody = (
        User(id=ANA, name="ana", real_name="Ana Lind"),
        User(id=BEN, name="ben", real_name="Ben Okoro"),
        User(id=CHIARA, name="chiara", real_name="Chiara Rossi"),
        User(id=BOT_USER, name="registry-bot", real_name="Registry Bot", is_bot=True),
        User(id=SLACKBOT, name="slackbot", real_name="Slackbot", is_bot=True),
    )
    return {user.id: user for user in everybody}


def groups() -> dict[str, UserGroup]:
    """The user groups by id."""
    return {PLATFORM_TEAM: UserGroup(id=PLATFORM_TEAM, handle="platform-team", members={CHIARA})}


def channels() -> dict[str, Channel]:
    """The channels by id: the bot is a member of #team-shop only; #secret-project is private, #old-launch archived."""
    people = {ANA, BEN, CHIARA}
    prepared = (
        Channel(id=GENERAL, name="general", members=set(people)),
        Channel(id=TEAM_SHOP, name="team-shop", members=people | {BOT_USER}),
        Channel(id=PLATFORM, name="platform", members=set(people)),
        Channel(id=SECRET_PROJECT, name="secret-project", members={ANA, BEN}, is_private=True),
        Channel(id=OLD_LAUNCH, name="old-launch", members=people | {BOT_USER}, is_archived=True),
    )
    return {channel.id: channel for channel in prepared}
