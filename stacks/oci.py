"""OCI: the explicit providers of the region and of the tenancy's home region, in the child tenancy that was handed out.

Credentials come from the environment or the configuration file, as always with OCI; they must belong to that tenancy.
https://docs.oracle.com/en-us/iaas/Content/terraform/configuring.htm
"""

import pulumi
import pulumi_oci as oci
from pulumi_oci import core, identity, objectstorage

from components.oci import Oci, OciLanding
from stacks.sides import Side

__all__ = ["REGIONS", "land"]

REGIONS = {"tokyo": "ap-tokyo-1", "osaka": "ap-osaka-1"}


def land(side: Side) -> Oci:
    """The capabilities, bound to the tenancy and its compartment."""
    settings = side.settings
    unit = settings.oci
    tenancy = unit.tenancy_id
    region = REGIONS[settings.region]
    provider = oci.Provider("oci", tenancy_ocid=tenancy, region=region)
    asked = pulumi.InvokeOptions(provider=provider)
    home = next(
        r
        for r in identity.get_region_subscriptions(tenancy_id=tenancy, opts=asked).region_subscriptions
        if r.is_home_region
    )
    domains = identity.get_availability_domains(compartment_id=tenancy, opts=asked).availability_domains
    # "OCI <region> Object Storage" alone is the other choice; the workload also needs the registry, Vault and Logging.
    services = next(s for s in core.get_services(opts=asked).services if s.cidr_block.startswith("all-"))
    landing = OciLanding(
        stack=settings.stack,
        region=region,
        tags=settings.tags,
        protected=side.protected,
        locked=side.locked,
        given_up=side.given_up,
        tenancy_id=tenancy,
        compartment_id=unit.compartment_id,
        certificate_id=unit.certificate_id,
        home=oci.Provider("oci-home", tenancy_ocid=tenancy, region=home.region_name),
        namespace=objectstorage.get_namespace(compartment_id=tenancy, opts=asked).namespace,
        services_id=services.id,
        services_cidr=services.cidr_block,
        availability_domain=domains[0].name,
    )
    return Oci(landing, provider)
