"""Slack, both ways: `inbound` answers what Slack asks of us, `outbound` posts. `blocks` and `codes` serve both."""
