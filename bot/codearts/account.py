"""The services that describe an account, and how to read their answers. Pure.

Hosts and paths: docs/facts/codearts.md sections 0 and 3f.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.codearts.probe import ProbeAnswer

_REGION_IN_HOST = re.compile(r"https://[a-z-]+\.([a-z]+-[a-z]+-[0-9]+)\.myhuaweicloud\.(?:com|cn|eu)")
_PROJECTMAN_REGIONS = frozenset(
    {
        "ap-southeast-3",
        "cn-east-2",
        "cn-east-3",
        "cn-north-1",
        "cn-north-4",
        "cn-south-1",
        "cn-southwest-2",
        "la-north-2",
        "sa-brazil-1",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUrls:
    """The URLs of three queries; `projects` is None in a region for which no such service is known."""

    domains: str
    iam_projects: str
    projects: str | None


def service_urls(*, endpoint: str | None, region: str, own_iam: str | None = None) -> ServiceUrls:
    """The URLs in this region, or on the host of `endpoint` if that does not belong to the vendor.

    `own_iam` is called instead of that IAM.
    """
    found = _REGION_IN_HOST.match(endpoint or "")
    if endpoint and not found:
        iam = projectman = endpoint.rstrip("/")
    else:
        region = found[1] if found else region
        iam = f"https://iam.{region}.myhuaweicloud.com"
        projectman = f"https://projectman-ext.{region}.myhuaweicloud.com" if region in _PROJECTMAN_REGIONS else ""
    iam = own_iam.rstrip("/") if own_iam else iam
    query = "offset=0&limit=100&query_type=domain_projects"
    return ServiceUrls(
        domains=f"{iam}/v3/auth/domains",
        iam_projects=f"{iam}/v3/projects",
        projects=f"{projectman}/v4/projects?{query}" if projectman else None,
    )


def first_domain(answer: ProbeAnswer) -> str | None:
    """The id of the account that the key belongs to."""
    return next(_texts(row.get("id") for row in answer.rows("domains")), None)


def iam_project_ids(answer: ProbeAnswer) -> frozenset[str]:
    """The ids of the account's IAM projects, which look like ids of CodeArts projects but are not."""
    return frozenset(_texts(row.get("id") for row in answer.rows("projects")))


def codearts_projects(answer: ProbeAnswer) -> dict[str, str]:
    """The names of the CodeArts projects, by id."""
    return {
        row["project_id"]: str(row.get("project_name") or "")
        for row in answer.rows("projects")
        if isinstance(row.get("project_id"), str)
    }


def _texts(values: Iterable[object]) -> Iterator[str]:
    return (value for value in values if isinstance(value, str) and value)
