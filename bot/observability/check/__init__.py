"""`registry-bot check`: tries everything that the bot needs once, and says how to fix what is wrong.

Each module makes some checks and returns findings (`domain/findings.py`); `sentences.py` puts them into words, `report.py`
into lines, JSON and an exit code, and `at_start.py` into the log of a starting bot. Nothing is created.
"""
