"""What goes over the wire, in the vendor's spelling. It never leaves this package."""

import json
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

REPOSITORIES_PATH = "/cloudartifact/v5/repositories"

# The one place to change. The vendor's pages contradict themselves: the ranges say `Docker` (en) or `docker` (zh) and
# `hosted`, every example sends `docker` and `Hosted` (docs/facts/codearts.md section 1). The examples are what was tried.
REGISTRY_FORMAT = "docker"
REGISTRY_TYPE = "Hosted"

# The list call names the format `docker2`, never `docker` (docs/facts/codearts.md section 1); both are accepted.
DOCKER_FORMATS = frozenset({"docker", "docker2"})


def create_body(*, name: str, description: str | None) -> bytes:
    """The body of the create call: the keys, their order and the ASCII spelling of the vendor's SDK.

    No model stands here: the call's CPU time is measured (make bench), and two fixed fields need no validation.
    """
    fields = {"format": REGISTRY_FORMAT, "display_name": name}
    if description is not None:
        fields["description"] = description
    fields["type"] = REGISTRY_TYPE
    return json.dumps(fields).encode("ascii")


def list_path(*, domain_id: str, codearts_project_id: str) -> str:
    """The path of the list call. Both ids are path segments and encoded as such."""
    return f"/cloudartifact/v5/{quote(domain_id, safe='~')}/{quote(codearts_project_id, safe='~')}/repositories"


def query_string(parameters: Mapping[str, str | int]) -> str:
    """`parameters` as a query with every value percent-encoded (a space is `%20`), booleans in lower case.

    Encoded here because httpx writes `+` for a space, which the gateway's signature check reads as a plus
    (docs/facts/codearts.md section 3a).
    """
    return "&".join(f"{name}={_encoded(value)}" for name, value in parameters.items())


def _encoded(value: str | int) -> str:
    return quote(str(value).lower() if isinstance(value, bool) else str(value), safe="~")


def _text_or_none(value: object) -> object:
    return value if isinstance(value, str) else None


LooseText = Annotated[str | None, BeforeValidator(_text_or_none)]


class ListedRepository(BaseModel):
    """One row of the list call. `displayName` is held to be text, because absence is concluded from it; the rest is loose."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: LooseText = None
    name: LooseText = None
    display_name: str | None = Field(default=None, alias="displayName")
    format: LooseText = None
    package_type: LooseText = Field(default=None, alias="packageType")
    status: LooseText = None
    url: LooseText = None
    description: LooseText = None
    created_time: LooseText = Field(default=None, alias="createdTime")
    created_user_name: LooseText = Field(default=None, alias="createdUserName")


class ListResult(BaseModel):
    """`result` of the list call. Without `total` the page's length must tell whether there are more."""

    model_config = ConfigDict(extra="ignore")

    total: int | None = Field(default=None, ge=0)
    repositories: list[ListedRepository] | None = None
