"""The page of the demo: what a person sees of the local Slack and the local CodeArts."""
