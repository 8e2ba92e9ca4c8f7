"""The endpoint of CodeArts Artifact in each region, and the regions for which Docker registries are documented.

The table is the vendor SDK's (huaweicloudsdkcodeartsartifact/v2/region/codeartsartifact_region.py; docs/facts/codearts.md
section 4). The first label of the host name cannot be derived from the region, so each is listed.
"""

from difflib import get_close_matches

from bot.errors import SettingsError

ENDPOINTS = {
    region: f"https://{prefix}.{region}.myhuaweicloud.com"
    for prefix, regions in {
        "artifact": ("cn-south-1", "ap-southeast-3", "me-east-1", "af-south-1", "af-north-1"),
        "cloudartifacts-ext": (
            "cn-east-2",
            "cn-east-3",
            "cn-north-1",
            "cn-north-4",
            "cn-south-2",
            "cn-southwest-2",
            "sa-brazil-1",
            "la-south-2",
            "la-north-2",
            "tr-west-1",
        ),
    }.items()
    for region in regions
}

# https://support.huaweicloud.com/intl/en-us/usermanual-cloudartifact/cloudartifact_01_0008.html (2025-11-24)
DOCKER_REGIONS = frozenset({"ap-southeast-3"})


def endpoint_for(region: str) -> str:
    """The base URL of `region`, without a trailing slash.

    Raises SettingsError for an unknown region: one line that names CODEARTS_REGION and suggests a value.
    """
    try:
        return ENDPOINTS[region]
    except KeyError:
        near = get_close_matches(region.strip().lower(), ENDPOINTS, n=3, cutoff=0.75)
        known = ", ".join(sorted(ENDPOINTS))
        advice = f"did you mean {' or '.join(near)}?" if near else f"the known regions are {known}."
        message = f"CODEARTS_REGION is {region[:40]!r}, which is not a region of CodeArts Artifact: {advice}"
    raise SettingsError(message)


def docker_warning(region: str) -> str | None:
    """One line for the operator when Docker registries are not documented in `region`, else None.

    Only a warning: the vendor's sites contradict each other, and more regions may follow (docs/facts/codearts.md section 4).
    """
    if region in DOCKER_REGIONS:
        return None
    documented = ", ".join(sorted(DOCKER_REGIONS))
    return f"Docker registries are documented only for {documented}; in {region}, CodeArts may refuse to create one."
