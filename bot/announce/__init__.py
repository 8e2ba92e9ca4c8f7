"""(7) OUTBOUND to Slack: the message of a request, posted and kept current."""
