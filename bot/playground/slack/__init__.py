"""The local Slack: the Web API, signed requests, response_urls and Socket Mode, as far as the bot uses them."""
