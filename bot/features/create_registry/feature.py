"""What this feature hands over to the platform."""

from bot.features.contract import Feature, Parts, Platform
from bot.features.create_registry import form
from bot.features.create_registry.creation import RetryPolicy
from bot.features.create_registry.listeners import COMMAND, AcceptForm, OpenForm
from bot.features.create_registry.look_up import LookedUp
from bot.features.create_registry.models import WORKFLOW, RegistryRequest
from bot.features.create_registry.workflow import Runbook
from bot.slack.inbound.listeners import CommandListener, FormListener
from bot.slack.needs import ManifestNeeds
from bot.workflow.definition import Workflow


def create_registry(policy: RetryPolicy | None = None) -> Feature:
    """The feature; `policy` says how patient it is with CodeArts."""

    def build(platform: Platform) -> Parts:
        runbook = Runbook(
            codearts=platform.codearts,
            deliveries=platform.deliveries,
            region=platform.region,
            policy=policy or RetryPolicy(),
        )
        audience = form.Audience(notify=platform.deliveries.notify, shared_channels=platform.shared_channels)
        open_form = OpenForm(forms=platform.forms, region=platform.region, audience=audience)
        return Parts(
            listeners=(
                CommandListener(command=COMMAND, handle=open_form),
                FormListener(callback_id=form.CALLBACK_ID, handle=AcceptForm(accept=platform.accept)),
            ),
            workflows=(
                Workflow(
                    name=WORKFLOW,
                    run=runbook.run,
                    recorded=(RegistryRequest, LookedUp),
                    held_name=lambda request: request.payload.name,
                ),
            ),
        )

    return Feature(
        name="create_registry",
        needs=ManifestNeeds(commands=frozenset({COMMAND}), scopes=frozenset({"commands"})),
        build=build,
    )
