"""Requests that nobody who knows the signing secret would send."""

from typing import Any

# What `LocalSlack.deliver_raw` is given for each.
BAD_SIGNATURES: list[dict[str, Any]] = [
    {"signature": "v0=" + "0" * 64},
    {"signature": ""},
    {"signature": "v1=nonsense"},
    {"signature": "v0=é".encode().decode("latin-1")},
    {"headers": {"X-Slack-Signature": None}},
    {"headers": {"X-Slack-Request-Timestamp": None}},
    {"headers": {"X-Slack-Signature": None, "X-Slack-Request-Timestamp": None}},
    {"timestamp": "yesterday"},
    {"timestamp": ""},
    {"timestamp": "-5"},
    {"timestamp": "1e9"},
    {"timestamp": "٣٣٣"},
    {"timestamp": "9" * 400},
]
