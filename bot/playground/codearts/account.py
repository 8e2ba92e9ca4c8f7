"""What IAM and ProjectMan say about the account: docs/facts/codearts.md sections 0 and 3f."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.playground.serving import Answer

DOMAINS_PATH, IAM_PROJECTS_PATH, PROJECTS_PATH = "/v3/auth/domains", "/v3/projects", "/v4/projects"
OPERATIONS: Mapping[str, str] = {
    DOMAINS_PATH: "domains",
    IAM_PROJECTS_PATH: "iam_projects",
    PROJECTS_PATH: "projects",
}


@dataclass(kw_only=True)
class Account:
    """Names by id. `projects` are those of CodeArts, `iam_projects` those of IAM: one for each region."""

    tenant_id: str
    name: str = "playground"
    projects: dict[str, str] = field(default_factory=dict)
    iam_projects: dict[str, str] = field(default_factory=dict)

    def answer(self, operation: str) -> Answer:
        """The answer to a correctly signed request."""
        match operation:
            case "domains":
                said: object = {"domains": [{"id": self.tenant_id, "name": self.name, "enabled": True}], "links": {}}
            case "iam_projects":
                rows = [
                    {"id": each, "name": name, "domain_id": self.tenant_id} for each, name in self.iam_projects.items()
                ]
                said = {"projects": rows, "links": {}}
            case _:
                found = [{"project_id": each, "project_name": name} for each, name in self.projects.items()]
                said = {"projects": found, "total": len(found)}
        return Answer(200, json.dumps(said).encode())
