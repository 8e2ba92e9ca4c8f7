"""Where the platform and a feature meet: what a feature may use, and what it hands over."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from bot.access.approvers import Approvers
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

    `region` is where registries are created; `views` remembers what CodeArts' list has shown; `shared_channels`: whether
    channels shared with other companies may be chosen. `push_guide` explains how to push an image, `naming` is the
    organisation's own rule for names. `ledger` is for queries; runbooks write to it with `Durable.note`. `explanations` are
    those of all features; `operators` are the Slack ids of the operators. `homes` are the Home tabs, which one feature fills;
    `contact` is whom people may ask for help, if the operator names somebody; `command` is the slash command. `gate` decides
    who may make requests and which of them need an approval, `approvers` who may give it, and `approvals` asks them; `denials`
    records each denial. `per_person_hour` is how many requests one person may make within an hour.
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
    """What a feature provides: listeners for Slack's payloads, and durable workflows."""

    listeners: Iterable[Listener] = ()
    workflows: Iterable[Workflow] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A feature, before the platform exists. `needs` is what it needs from the Slack app.

    `rights` are the IAM actions that the access key must be allowed to perform. `explanations` put the outcomes of its
    workflows into words, for features that show them later.
    """

    name: str
    needs: ManifestNeeds
    build: Callable[[Platform], Parts]
    rights: frozenset[str] = frozenset()
    explanations: Explanations = field(default_factory=dict)


def all_explanations(features: Iterable[Feature]) -> Explanations:
    """The explanations of all features, by workflow."""
    return {workflow: explain for each in features for workflow, explain in each.explanations.items()}
