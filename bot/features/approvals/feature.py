"""What this feature provides to the platform."""

from bot.access.approval_facts import SCOPES
from bot.features.approvals import form
from bot.features.approvals.listeners import AcceptDecline, Approve, Desk, OpenDecline, Withdraw
from bot.features.approvals.messages import APPROVE, DECLINE, ApprovalMessages
from bot.features.contract import Feature, Parts, Platform
from bot.slack.approval import WITHDRAW
from bot.slack.inbound.listeners import ActionListener, FormListener
from bot.slack.needs import ManifestNeeds


def approvals() -> Feature:
    """The feature."""

    def build(platform: Platform) -> Parts:
        platform.approvals.are(ApprovalMessages(approvers=platform.approvers.ids))
        desk = Desk(
            ledger=platform.ledger,
            decide=platform.approvals.answers.decide,
            approvers=platform.approvers,
            is_ours=platform.gate.is_ours,
            denials=platform.denials,
        )
        return Parts(
            listeners=(
                ActionListener(action_id=APPROVE, handle=Approve(desk, teller=platform.teller)),
                ActionListener(
                    action_id=DECLINE, handle=OpenDecline(desk, forms=platform.forms, teller=platform.teller)
                ),
                FormListener(callback_id=form.CALLBACK_ID, handle=AcceptDecline(desk)),
                ActionListener(action_id=WITHDRAW, handle=Withdraw(desk, teller=platform.teller)),
            )
        )

    return Feature(name="approvals", needs=ManifestNeeds(optional_scopes=SCOPES), build=build)
