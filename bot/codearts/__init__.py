"""CodeArts Artifact, outbound (step 6): takes plain values, makes signed HTTP calls, returns `bot.domain` values.

`client` is the entry point. `signing`, `classify`, `answers`, `listing`, `wire` and `regions` are pure; `auth` reads the
clock and `transport` uses the network.
"""

import sys

# `import httpx` also loads httpx's own command line, with everything that it can print in colour: a seventh of the time that
# `registry-bot create` takes. httpx goes without it where it cannot be imported, as it does where rich is not installed.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
