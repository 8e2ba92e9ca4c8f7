"""Inbound from Slack: every answer within milliseconds, whatever the cloud does."""
