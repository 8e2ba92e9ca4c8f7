"""Local stand-ins for Slack and for CodeArts, and the page that shows them: the demo, and the fakes of every test.

Nothing here imports the rest of `bot`: requests are signed and checked by code of its own, so a signing bug cannot
cancel itself out.
"""
