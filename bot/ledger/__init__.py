"""The ledger: what was asked for, by whom, what became of it, and how; kept for ever, and asked ever after."""
