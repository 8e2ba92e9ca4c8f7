"""The domain: what is asked for, by whom, and what became of it. No Slack, no HTTP, no database."""
