"""What this feature provides to the platform."""

from bot.codearts import rights
from bot.domain.command import COMMAND
from bot.features.contract import Feature, Parts, Platform
from bot.features.receipts import messages, wording
from bot.features.receipts.cloud_lookup import CloudLookup
from bot.features.receipts.listeners import (
    LIST,
    STATUS,
    Archive,
    ShowList,
    ShowReceipt,
    ShowReceiptPushGuide,
    ShowStatus,
)
from bot.slack.inbound.listeners import ActionListener, CommandListener
from bot.slack.needs import ManifestNeeds, SlashCommand
from bot.slack.receipts import SHOW_RECEIPT


def receipts() -> Feature:
    """The feature."""

    def build(platform: Platform) -> Parts:
        archive = Archive(
            ledger=platform.ledger,
            explanations=platform.explanations,
            approvers=platform.approvers,
            operators=platform.operators,
            contact=platform.contact,
            command=platform.command,
        )
        cloud = CloudLookup(
            codearts=platform.codearts, teller=platform.teller, noted=platform.description_note is not None
        )
        show_list = ShowList(archive)
        return Parts(
            listeners=(
                CommandListener(
                    command=platform.command,
                    handle=show_list,
                    words=frozenset({LIST}),
                    help=wording.HELP_LIST.format(command=platform.command),
                ),
                CommandListener(
                    command=platform.command,
                    handle=ShowStatus(archive, ask_cloud=cloud.ask),
                    words=frozenset({STATUS}),
                    help=wording.HELP_STATUS.format(command=platform.command),
                ),
                ActionListener(action_id=messages.MORE, handle=show_list.more),
                ActionListener(action_id=SHOW_RECEIPT, handle=ShowReceipt(archive, forms=platform.forms)),
                ActionListener(
                    action_id=messages.HOW_TO_PUSH,
                    handle=ShowReceiptPushGuide(archive, forms=platform.forms, guide=platform.push_guide),
                ),
            )
        )

    return Feature(
        name="receipts",
        needs=ManifestNeeds(
            slash_commands=frozenset({SlashCommand(command=COMMAND, usage_hint=wording.USAGE_HINT)}),
            scopes=frozenset({"commands"}),
        ),
        build=build,
        rights=frozenset({rights.LIST}),
    )
