"""Outbound to Slack: posts messages and says what became of them. `workflow/delivery.py` decides which, when and how often."""
