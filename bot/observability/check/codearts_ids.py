"""The account id and the CodeArts project: looked up with the access key, and suggested if a setting is missing or wrong."""

from bot.codearts import account
from bot.domain.findings import Finding, fix
from bot.observability.check.context import CheckContext

_SHOWN = 5


async def wrong_ids(context: CheckContext) -> tuple[list[Finding], bool]:
    """What is wrong with the two ids, and whether the account's answers rule out further mistakes."""
    settings = context.settings
    where = account.service_urls(endpoint=settings.endpoint, region=settings.region, own_iam=settings.iam_endpoint)
    domain = account.first_domain(await context.probe.get(where.domains))
    found = []
    if settings.domain_id is None:
        found.append(fix("account_id_missing", account=domain) if domain else fix("account_id_unknown"))
    elif domain is not None and settings.domain_id != domain:
        found.append(fix("account_id_wrong", account=domain))
    projects = await _projects(context, where)
    code = await _wrong_project(context, where, projects)
    if code is not None:
        found.append(fix(code, **_offered(projects)))
    return found, domain is not None and bool(projects)


async def _projects(context: CheckContext, where: account.ServiceUrls) -> dict[str, str]:
    answer = await context.probe.get(where.projects) if where.projects else None
    return account.codearts_projects(answer) if answer is not None and answer.succeeded else {}


async def _wrong_project(context: CheckContext, where: account.ServiceUrls, projects: dict[str, str]) -> str | None:
    chosen = context.settings.codearts_project_id
    if chosen is None:
        return "project_id_missing" if projects else "project_id_unknown"
    if chosen in projects:
        return None
    if await _is_of_iam(context, where, chosen):
        return "project_id_of_iam" if projects else "project_id_of_iam_unknown"
    return "project_id_wrong" if projects else None


async def _is_of_iam(context: CheckContext, where: account.ServiceUrls, chosen: str) -> bool:
    if chosen == context.settings.project_id:
        return True
    return chosen in account.iam_project_ids(await context.probe.get(where.iam_projects))


def _offered(projects: dict[str, str]) -> dict[str, str]:
    """`offered`: the first projects, each with its name; empty if none is known."""
    shown = [f"{project} ({name})" if name else project for project, name in projects.items()]
    more = f", and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return {"offered": ", ".join(shown[:_SHOWN]) + more}
