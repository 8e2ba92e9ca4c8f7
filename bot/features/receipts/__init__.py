"""Shows people what happened to earlier requests."""
