"""Local stand-ins for Slack and for CodeArts, and the page that shows them: the demo, and the fakes of every test.

Nothing here imports the rest of `bot`: it has its own code to sign requests and to check signatures, so that a bug in one
implementation cannot hide the same bug in the other.
"""
