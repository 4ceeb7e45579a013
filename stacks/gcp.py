"""Google Cloud: the explicit providers, in the project that was handed out, and the APIs that have to be on before all else.

Who deploys may enable services, administer the resources named in components/gcp and set the project's IAM policy (audit
configuration and grants). https://cloud.google.com/service-usage/docs/enable-disable
"""

import pulumi
import pulumi_gcp as gcp
from pulumi_gcp import projects

from components.gcp import Gcp, GcpLanding
from stacks.sides import Side

__all__ = ["APIS", "REGIONS", "land"]

REGIONS = {"tokyo": "asia-northeast1", "osaka": "asia-northeast2"}
APIS = (
    "artifactregistry",
    "certificatemanager",
    "cloudkms",
    "cloudresourcemanager",
    "compute",
    "dns",
    "iam",
    "logging",
    "run",
    "secretmanager",
    "servicenetworking",
    "sqladmin",
    "storage",
)


def land(side: Side) -> Gcp:
    """The capabilities, bound to the project. Every resource waits for the APIs, since its provider does."""
    settings = side.settings
    project, number, certificate = settings.gcp.project_id, settings.gcp.project_number, settings.gcp.certificate_id
    region = REGIONS[settings.region]
    landing = gcp.Provider("gcp-landing", project=project, region=region, add_pulumi_attribution_label=False)
    apis = [
        projects.Service(
            f"{api}-api",
            service=f"{api}.googleapis.com",
            # Others in the project may use it too.
            disable_on_destroy=False,
            opts=pulumi.ResourceOptions(provider=landing),
        )
        for api in APIS
    ]
    provider = gcp.Provider(
        "gcp",
        project=project,
        region=region,
        add_pulumi_attribution_label=False,
        opts=pulumi.ResourceOptions(depends_on=apis),
    )
    return Gcp(
        GcpLanding(
            stack=settings.stack,
            region=region,
            tags=settings.tags,
            protected=side.protected,
            locked=side.locked,
            given_up=side.given_up,
            project_id=project,
            project_number=number,
            certificate_id=certificate,
        ),
        provider,
    )
