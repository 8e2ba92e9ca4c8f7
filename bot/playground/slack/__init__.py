"""The local Slack: the parts of the Web API, signed requests, response_urls and Socket Mode that the bot uses."""
