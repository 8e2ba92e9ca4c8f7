"""The IAM actions that the access key has to be allowed: docs/facts/codearts.md."""

CREATE = "codeartsartifact:repository:create"
LIST = "codeartsartifact:repository:list"
