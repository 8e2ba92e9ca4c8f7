"""The requests in the vendor's spelling, which is used nowhere outside this package."""

import json
from collections.abc import Mapping
from urllib.parse import quote

HEADERS = {"User-Agent": "registry-bot", "Accept": "application/json", "Accept-Encoding": "identity"}

REPOSITORIES_PATH = "/cloudartifact/v5/repositories"

# The vendor's pages contradict themselves: the value ranges say `Docker` (en) or `docker` (zh) and `hosted`, but every
# example sends `docker` and `Hosted` (docs/facts/codearts.md section 1). We send what the examples send.
REGISTRY_FORMAT = "docker"
REGISTRY_TYPE = "Hosted"

# The list call names the format `docker2`, never `docker` (docs/facts/codearts.md section 1); both are accepted.
DOCKER_FORMATS = frozenset({"docker", "docker2"})


def create_body(*, name: str, description: str | None) -> bytes:
    """The body of the create call: the keys, their order and the ASCII spelling of the vendor's SDK.

    Not a pydantic model: the CPU time of a call is benchmarked (make bench), and two fixed fields need no validation.
    """
    fields = {"format": REGISTRY_FORMAT, "display_name": name}
    if description is not None:
        fields["description"] = description
    fields["type"] = REGISTRY_TYPE
    return json.dumps(fields).encode("ascii")


def list_path(*, domain_id: str, codearts_project_id: str) -> str:
    """The path of the list call. Both ids are encoded as path segments."""
    return f"/cloudartifact/v5/{quote(domain_id, safe='~')}/{quote(codearts_project_id, safe='~')}/repositories"


def query_string(parameters: Mapping[str, str | int]) -> str:
    """`parameters` as a query with every value percent-encoded (a space is `%20`), booleans in lower case.

    Encoded here because httpx encodes a space as `+`, which the gateway's signature check reads as a plus
    (docs/facts/codearts.md section 3a).
    """
    return "&".join(f"{name}={_encoded(value)}" for name, value in parameters.items())


def _encoded(value: str | int) -> str:
    return quote(str(value).lower() if isinstance(value, bool) else str(value), safe="~")
