"""Requests that wait for an approval: the approvers' messages and buttons, and how the requester can withdraw."""
