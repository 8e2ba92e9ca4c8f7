"""What all outgoing calls have in common, whichever cloud they go to, and how we accept connections."""
