"""Requests that wait for somebody's yes: what approvers read and press, and the way back for whoever asked."""
