"""What this feature provides to the platform."""

from bot.access.people import SCOPES
from bot.codearts import rights
from bot.codearts.view import View
from bot.domain.command import COMMAND
from bot.domain.request import Request
from bot.features.contract import Feature, Parts, Platform
from bot.features.create_registry import form, wording
from bot.features.create_registry.audience import Audience
from bot.features.create_registry.check import CheckRunbook
from bot.features.create_registry.ended import Ended
from bot.features.create_registry.home import Home
from bot.features.create_registry.home_pages import HomePages
from bot.features.create_registry.look_up import LookedUp, Row
from bot.features.create_registry.models import CHECK_WORKFLOW, WORKFLOW, Check, RegistryRequest, RegistryToApprove
from bot.features.create_registry.name_index import NameIndex
from bot.features.create_registry.outcomes import words_of
from bot.features.create_registry.registered_listeners import registered_listeners
from bot.features.create_registry.replaced import Replaced
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.features.create_registry.shortcut_listeners import ANYWHERE, ON_A_MESSAGE
from bot.features.create_registry.workflow import Runbook
from bot.ledger.models import Subject
from bot.slack.inbound.events import APP_HOME_OPENED
from bot.slack.needs import ManifestNeeds, ShortcutItem, SlashCommand
from bot.workflow.definition import Workflow

NEEDS = ManifestNeeds(
    slash_commands=frozenset(
        {SlashCommand(command=COMMAND, description=wording.COMMAND_DESCRIPTION, usage_hint=wording.COMMAND_USAGE_HINT)}
    ),
    shortcuts=frozenset(
        {
            ShortcutItem(
                callback_id=ANYWHERE,
                kind="global",
                name=wording.SHORTCUT_NAME,
                description=wording.COMMAND_DESCRIPTION,
            ),
            ShortcutItem(
                callback_id=ON_A_MESSAGE,
                kind="message",
                name=wording.SHORTCUT_NAME,
                description=wording.SHORTCUT_HERE_DESCRIPTION,
            ),
        }
    ),
    events=frozenset({APP_HOME_OPENED}),
    home_tab=True,
    scopes=frozenset({"commands"}),
    optional_scopes=SCOPES,
)


def subject_of(request: Request) -> Subject:
    """What the ledger records about a request."""
    asked = request.payload
    return Subject(name=asked.name, description=asked.description, waits=isinstance(asked, RegistryToApprove))


def create_registry(policy: RetryPolicy | None = None) -> Feature:
    """The feature; `policy` says for how long calls to CodeArts are repeated."""

    def build(platform: Platform) -> Parts:
        names = NameIndex(platform.codearts.docker_names if platform.codearts.can_look_up else None)
        home = Home(contact=platform.contact, command=platform.command, can_look_up=platform.codearts.can_look_up)
        platform.homes.are(HomePages(home=home, ledger=platform.ledger).of)
        template = form.Form(
            region=platform.region,
            note=platform.description_note,
            audience=Audience(notify=platform.deliveries.notify, shared_channels=platform.shared_channels),
            naming=platform.naming,
            command=platform.command,
        )
        return Parts(
            listeners=registered_listeners(platform, names, template),
            workflows=_workflows(platform, names, policy or RetryPolicy()),
        )

    return Feature(
        name="create_registry",
        needs=NEEDS,
        build=build,
        rights=frozenset({rights.CREATE, rights.LIST}),
        explanations={WORKFLOW: words_of},
    )


def _workflows(platform: Platform, names: NameIndex, policy: RetryPolicy) -> tuple[Workflow, ...]:
    replaced = Replaced(
        ledger=platform.ledger,
        deliveries=platform.deliveries,
        region=platform.region,
        changed=platform.homes.changed,
    )
    runbook = Runbook(
        codearts=platform.codearts,
        views=platform.views,
        names=names,
        deliveries=platform.deliveries,
        approvals=platform.approvals,
        region=platform.region,
        contact=platform.contact,
        ledger=platform.ledger,
        replaced=replaced,
        changed=platform.homes.changed,
        policy=policy,
    )
    check = CheckRunbook(
        codearts=platform.codearts,
        views=platform.views,
        names=names,
        deliveries=platform.deliveries,
        region=platform.region,
        changed=platform.homes.changed,
        replaced=replaced,
        contact=platform.contact,
    )
    ended = Ended(region=platform.region, contact=platform.contact, can_look_up=platform.codearts.can_look_up)
    return (
        Workflow(
            name=WORKFLOW,
            run=runbook.run,
            recorded=(RegistryRequest, RegistryToApprove, LookedUp, Row, View),
            held_name=lambda request: request.payload.name,
            per_person_hour=platform.per_person_hour,
            subject=subject_of,
            message_of=ended.message_of,
        ),
        Workflow(
            name=CHECK_WORKFLOW,
            run=check.run,
            recorded=(Check, LookedUp, Row, View),
            held_name=lambda request: f"check {request.payload.name} {request.payload.ts}",
        ),
    )
