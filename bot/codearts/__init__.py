"""CodeArts Artifact, outbound (step 6): signed HTTP calls in, outcomes of the domain out.

`client` is the door. `signing`, `classify`, `answers`, `listing`, `wire` and `regions` are pure; `auth` and `transport` hold
what touches the clock and the network.
"""
