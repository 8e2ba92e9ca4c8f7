"""What the bot is measured beside, each a program of its own."""
