"""What operators see of the bot: log lines, readiness, metrics, and `registry-bot check`."""
