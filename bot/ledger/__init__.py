"""The ledger: what was requested, by whom, with what outcome, and how; kept for ever."""
