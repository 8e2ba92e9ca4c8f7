"""The local CodeArts Artifact: checks signatures with code of its own and keeps registries."""
