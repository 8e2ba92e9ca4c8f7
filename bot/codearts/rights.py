"""The IAM actions that the access key must be allowed to perform: docs/facts/codearts.md."""

CREATE = "codeartsartifact:repository:create"
LIST = "codeartsartifact:repository:list"
