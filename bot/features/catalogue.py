"""The list of what the bot does: one line per feature.

Not in the package's `__init__`: the terminal uses one feature's rules without loading Slack's and the database's libraries.
"""

from bot.features.approvals.feature import approvals
from bot.features.contract import Feature
from bot.features.create_registry.feature import create_registry
from bot.features.receipts.feature import receipts

FEATURES: tuple[Feature, ...] = (create_registry(), approvals(), receipts())
