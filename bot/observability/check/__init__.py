"""`registry-bot check`: each thing the bot needs is tried once, and what is wrong comes with the way to fix it.

Each module asks some questions and answers with findings (`domain/findings.py`); `sentences.py` puts them into words,
`report.py` into lines, JSON and an exit code, `at_start.py` into the log of a bot that starts. Nothing is created.
"""
