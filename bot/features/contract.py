"""Where the platform and a feature meet: what a feature may use, and what it hands over."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from bot.access.approvers import Approvers, Approving
from bot.access.denials import Denials
from bot.access.gate import Gate
from bot.codearts.client import CodeArts
from bot.codearts.view import ViewMemory
from bot.domain.command import COMMAND
from bot.domain.description_note import DescriptionNote
from bot.domain.naming_rule import NamingRule
from bot.features.explained import Explanations
from bot.ledger.ledger import Ledger
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.home_tabs import HomeTabs
from bot.slack.inbound.listeners import Listener
from bot.slack.inbound.telling import Teller
from bot.slack.needs import ManifestNeeds
from bot.slack.push_guide import PushGuide
from bot.workflow.approvals import Approvals
from bot.workflow.definition import AcceptRequest, FindRequest, Workflow
from bot.workflow.delivery import Deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What a feature may use.

    `region` is where registries are made; `views` remembers what CodeArts' list has shown; `shared_channels`: whether channels
    shared with other companies may be chosen. `push_guide` is for whoever wants to push an image, `naming` the organisation's
    own rule for names. `ledger` answers questions; runbooks write it by `Durable.note`. `explanations` are those of all
    features; `operators` are the Slack ids of those who run the bot. `homes` are the Home tabs, which one feature fills;
    `contact` is whom people may ask when they are stuck, if the operator says so; `command` is what they type. `gate` knows
    who may ask for something, `approving` what waits for a yes, `approvers` whose, and `approvals` asks them; `denials` keeps
    a record of each no. `per_person_hour` how many requests one person may make within an hour.
    """

    region: str
    codearts: CodeArts
    views: ViewMemory
    description_note: DescriptionNote | None
    forms: FormOpener
    teller: Teller
    accept: AcceptRequest
    find: FindRequest
    deliveries: Deliveries
    push_guide: PushGuide
    ledger: Ledger
    homes: HomeTabs
    gate: Gate
    approving: Approving
    approvers: Approvers
    approvals: Approvals
    denials: Denials
    contact: str | None = None
    command: str = COMMAND
    explanations: Explanations = field(default_factory=dict)
    operators: Collection[str] = ()
    naming: NamingRule | None = None
    shared_channels: bool = False
    per_person_hour: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a feature does: what it hears from Slack, and what it works on durably."""

    listeners: Iterable[Listener] = ()
    workflows: Iterable[Workflow] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A feature, before anything of the platform exists. `needs` is what it needs of the Slack app.

    `rights` are the IAM actions that the access key has to be allowed. `explanations` puts the outcomes of its workflows into
    words, for the features that show them later.
    """

    name: str
    needs: ManifestNeeds
    build: Callable[[Platform], Parts]
    rights: frozenset[str] = frozenset()
    explanations: Explanations = field(default_factory=dict)


def all_explanations(features: Iterable[Feature]) -> Explanations:
    """How each kind of request puts its outcomes."""
    return {workflow: explain for each in features for workflow, explain in each.explanations.items()}
