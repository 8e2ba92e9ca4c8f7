"""The pairs, one module each: a function `run` that measures and returns its rows."""
