"""What the bot does, one folder per feature. `catalogue.py` lists them; `contract.py` says what a feature hands over.

The same file names in each: `models` (what is asked for), `rules`, `form`, `listeners`, `workflow`, `messages`, `wording`,
`feature`. `docs/adding-a-feature.md` shows how to add one.
"""
