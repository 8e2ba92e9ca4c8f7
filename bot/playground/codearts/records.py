"""What the local CodeArts remembers: the registries, and every request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

from aiohttp import web

from bot.playground.serving import Call

REGION = "ap-southeast-3"


@dataclass(slots=True, kw_only=True)
class LocalRegistry:
    """An existing registry. `format` is spelt as in the list call; `created_at` is in seconds since the epoch.

    `trace_id` is that of its create call; None if it was created "in the console". `elsewhere`: it is in a CodeArts project
    other than the one that is listed.
    """

    id: str
    display_name: str
    description: str | None
    format: str
    status: str
    url: str
    created_at: float
    trace_id: str | None
    created_by: str
    elsewhere: bool = False

    def as_listed(self, *, domain_id: str, project_id: str) -> dict[str, object]:
        """The element of `result.repositories` that the list call shows (docs/facts/codearts.md section 5)."""
        created = datetime.fromtimestamp(self.created_at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        return {
            "id": self.id,
            "name": self.id,
            "repositoryName": self.display_name,
            "displayName": self.display_name,
            "description": self.description,
            "format": self.format,
            "packageType": self.format,
            "repoType": "hosted",
            "status": self.status,
            "url": self.url,
            "projectId": project_id,
            "domainId": domain_id,
            "region": REGION,
            "createdTime": created,
            "modifiedTime": created,
            "createdUserName": self.created_by,
            "modifiedUserName": self.created_by,
            "disable": False,
            "storageSummaryInfo": {"filesCount": 0, "usedSpace": "0 B"},
        }

    def fits(self, query: Mapping[str, str], *, until: float) -> bool:
        """Whether a list with this query shows it, if it was created by `until` (seconds since the epoch)."""
        in_bin = query.get("is_recycle_bin", "false").lower() == "true"
        formats = {
            spelling.removesuffix("2")
            for key in ("format", "format_list")
            for spelling in query.get(key, "").split(",")
            if spelling
        }
        return (
            not self.elsewhere
            and (self.status == "trash") == in_bin
            and query.get("qname", "").lower() in self.display_name.lower()
            and (not formats or self.format.removesuffix("2") in formats)
            and self.created_at <= until
        )


@dataclass(slots=True, kw_only=True)
class CloudCall(Call):
    """A request as it arrived. `headers` has case-insensitive keys; `path` and `query` are decoded.

    `operation` is "create", "list" (with a search text), "list_all" (without) or "unknown". `trace_id` is the id in the
    answer, also if the answer was lost. `applied`: a registry was actually created, or a list made. `at` is when it
    arrived, in seconds since the epoch.
    """

    operation: str
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes
    trace_id: str
    at: float = 0.0


def arrived(request: web.Request, body: bytes, operation: str, *, trace_id: str, at: float) -> CloudCall:
    """The record of a request that has not been checked yet."""
    pairs = (part.partition("=") for part in request.raw_path.partition("?")[2].split("&") if part)
    return CloudCall(
        operation=operation,
        method=request.method,
        path=request.path,
        query={unquote(name): unquote(value) for name, _, value in pairs},
        headers=request.headers,
        body=body,
        trace_id=trace_id,
        at=at,
    )
