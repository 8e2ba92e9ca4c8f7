"""Outbound to Slack: posts messages and returns the results. `workflow/delivery.py` decides which, when and how often."""
