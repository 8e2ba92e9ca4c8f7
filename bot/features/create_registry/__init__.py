"""`/create-registry`: a form, a Docker registry in CodeArts Artifact, and one message that says what became of it."""
