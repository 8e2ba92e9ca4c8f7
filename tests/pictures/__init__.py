"""`make screenshots`: every picture of the README and of docs/what-people-see.md, taken of the real bot in the playground."""
