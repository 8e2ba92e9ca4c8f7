"""The domain: what may be asked for and what became of it. No Slack, no HTTP."""
