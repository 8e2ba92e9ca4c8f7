"""The domain: what is requested, by whom, and with what outcome. No Slack, no HTTP, no database."""
