"""Text that both databases accept. Pure."""


def storable(text: str) -> str:
    """The same without NUL and without halves of surrogate pairs; of a code, its plain text."""
    return str(text).replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
