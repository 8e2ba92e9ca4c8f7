"""What a feature is built from: the platform's own parts, in front of the local servers."""

from collections.abc import AsyncIterator

import pytest

from bot.access.approvers import Approvers
from bot.access.denials import Denials
from bot.access.gate_setup import approving_of, build_gate
from bot.clients import build_codearts, slack_client, slack_session
from bot.codearts.client import CodeArts
from bot.codearts.view import InProcessView
from bot.config import Settings
from bot.domain.news import NewsChannel
from bot.domain.request import Request
from bot.features.contract import Platform
from bot.ledger.ledger import Ledger
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.inbound.background import Background
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.home_tabs import HomeTabs
from bot.slack.inbound.identity import Identity
from bot.slack.inbound.telling import Teller
from bot.slack.outbound.poster import Poster
from bot.slack.push_guide import PushGuide
from bot.workflow.answers import Answers
from bot.workflow.approvals import Approvals
from bot.workflow.database import open_database
from bot.workflow.delivery import Deliveries
from bot.workflow.delivery_policy import DeliveryPolicy
from bot.workflow.home_visitors import HomeVisitors
from bot.workflow.shown_answers import ShownAnswers
from bot.workflow.tables import prepare
from bot.workflow.undelivered import Undelivered
from tests.support.running import settings_for


@pytest.fixture
def quick_settings(slack: LocalSlack, cloud: LocalCodeArts, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    database = tmp_path_factory.mktemp("unused") / "bot.sqlite3"
    return settings_for(slack, cloud, database, CODEARTS_CONNECT_TIMEOUT="0.5")


@pytest.fixture
async def codearts(quick_settings: Settings) -> AsyncIterator[CodeArts]:
    async with build_codearts(quick_settings) as client:
        yield client


@pytest.fixture
async def platform(quick_settings: Settings, codearts: CodeArts) -> AsyncIterator[Platform]:
    """Without an engine: what is accepted is stored nowhere."""

    async def accept(_workflow: str, request: Request) -> Request:
        return request

    async def find(_request_id: str) -> None:
        return None

    database = open_database(quick_settings.database_url)
    prepare(database)
    async with slack_session() as session:
        client, background = slack_client(quick_settings, session), Background()
        denials = Denials(ledger=Ledger(database), background=background)
        identity, approvers = Identity(client), Approvers(client, approving=approving_of(quick_settings))
        deliveries = Deliveries(
            poster=Poster(client=client, session=session),
            undelivered=Undelivered(),
            bot_mention=lambda: f"<@{company.BOT_USER}>",
            permalink=lambda _channel, _ts: None,
            notify=(NewsChannel(channel=company.PLATFORM),),
            policy=DeliveryPolicy(progress_after=60, pauses=(0.01,), give_up_after=0.02),
        )
        answers = Answers(Ledger(database))
        shown = ShownAnswers(poster=deliveries.poster, answers=answers, bot_user=lambda: company.BOT_USER)
        teller = Teller(client=client, session=session, background=background)
        yield Platform(
            region="ap-southeast-3",
            codearts=codearts,
            views=InProcessView(),
            description_note=None,
            forms=FormOpener(client=client, teller=teller, background=background),
            teller=teller,
            accept=accept,
            find=find,
            push_guide=PushGuide(contact="#platform-help"),
            ledger=Ledger(database),
            homes=HomeTabs(client=client, background=background, visitors=HomeVisitors(database), calm=0.05),
            contact="#platform-help",
            deliveries=deliveries,
            gate=build_gate(
                quick_settings,
                client=client,
                identity=identity,
                denials=denials,
                background=background,
                approvers=approvers,
            ),
            denials=denials,
            approvers=approvers,
            approvals=Approvals(answers=answers, shown=shown, deliveries=deliveries, channel=None),
        )
        await background.drain(5)
    database.dispose()
