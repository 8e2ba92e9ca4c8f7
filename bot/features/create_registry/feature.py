"""What this feature hands over to the platform."""

from bot.codearts.view import View
from bot.features.contract import Feature, Parts, Platform
from bot.features.create_registry import form
from bot.features.create_registry.listeners import COMMAND, AcceptForm, OpenForm
from bot.features.create_registry.look_up import LookedUp, Row
from bot.features.create_registry.models import WORKFLOW, RegistryRequest
from bot.features.create_registry.name_index import NameIndex
from bot.features.create_registry.outcomes import words_of
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.features.create_registry.workflow import Runbook
from bot.ledger.models import Subject
from bot.slack.inbound.listeners import CommandListener, FormListener
from bot.slack.needs import ManifestNeeds
from bot.workflow.definition import Workflow


def create_registry(policy: RetryPolicy | None = None) -> Feature:
    """The feature; `policy` says how patient it is with CodeArts."""

    def build(platform: Platform) -> Parts:
        names = NameIndex(platform.codearts.docker_names if platform.codearts.can_look_up else None)
        note = platform.description_note
        runbook = Runbook(
            codearts=platform.codearts,
            views=platform.views,
            names=names,
            deliveries=platform.deliveries,
            region=platform.region,
            policy=policy or RetryPolicy(),
        )
        audience = form.Audience(notify=platform.deliveries.notify, shared_channels=platform.shared_channels)
        open_form = OpenForm(forms=platform.forms, names=names, region=platform.region, note=note, audience=audience)
        accept_form = AcceptForm(accept=platform.accept, find=platform.find, names=names, note=note)
        return Parts(
            listeners=(
                CommandListener(command=COMMAND, handle=open_form),
                FormListener(callback_id=form.CALLBACK_ID, handle=accept_form),
            ),
            workflows=(
                Workflow(
                    name=WORKFLOW,
                    run=runbook.run,
                    recorded=(RegistryRequest, LookedUp, Row, View),
                    held_name=lambda request: request.payload.name,
                    subject=lambda request: Subject(name=request.payload.name, description=request.payload.description),
                ),
            ),
        )

    return Feature(
        name="create_registry",
        needs=ManifestNeeds(commands=frozenset({COMMAND}), scopes=frozenset({"commands"})),
        build=build,
        explanations={WORKFLOW: words_of},
    )
