"""The child tenancy (子テナンシ) that Digital Agency handed out, with the compartment that holds the workload."""

from dataclasses import dataclass

import pulumi

from components._component import Landing

__all__ = ["OciLanding"]


@dataclass(frozen=True, kw_only=True)
class OciLanding(Landing):
    """`tenancy_id`: the child tenancy's root, the only place for dynamic groups. `compartment_id`: the root or one below.

    `home`: provider of the tenancy's home region, the only one that changes identity resources.
    https://docs.oracle.com/en-us/iaas/Content/Identity/Tasks/managingregions.htm
    `namespace`: the tenancy's object storage and registry namespace. `services_id`, `services_cidr`: all of Oracle's own services
    in the region, as a service gateway names them. `availability_domain`: the only one of Tokyo and of Osaka.
    `certificate_id`: of the load balancer, in the Certificates service.
    """

    tenancy_id: str
    compartment_id: str
    certificate_id: str
    home: pulumi.ProviderResource
    namespace: str
    services_id: str
    services_cidr: str
    availability_domain: str

    @property
    def scope(self) -> str:
        """The place as a policy statement names it; the root is spelled `tenancy`.

        https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/policysyntax_location.htm
        """
        return "tenancy" if self.compartment_id == self.tenancy_id else f"compartment id {self.compartment_id}"
