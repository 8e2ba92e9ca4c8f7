"""The local CodeArts Artifact: checks signatures with its own code and keeps registries."""
