"""What the people who run the bot see of it: log lines, readiness, and `registry-bot check`."""
