"""What the bot does, one folder per feature. `catalogue.py` lists them; `contract.py` defines what a feature provides.

Each uses the same file names: `models` (what people request), `rules`, `form`, `listeners`, `workflow`, `messages`, `wording`,
`feature`. `docs/adding-a-feature.md` shows how to add one.
"""
