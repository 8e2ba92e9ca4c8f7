"""`/create-registry`: a form, a Docker registry in CodeArts Artifact, and one message with the outcome."""
