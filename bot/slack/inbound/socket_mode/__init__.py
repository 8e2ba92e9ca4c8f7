"""Socket Mode: instead of listening for Slack, the bot keeps a WebSocket to it open."""
