"""The Google Cloud project that Digital Agency handed out, and what the closed network can't obtain by itself."""

from dataclasses import dataclass

from components._component import Landing

__all__ = ["GcpLanding"]


@dataclass(frozen=True, kw_only=True)
class GcpLanding(Landing):
    """`project_number` is part of the service agents' addresses. `certificate_id`: of the internal load balancer, regional,
    in Certificate Manager (`projects/…/locations/…/certificates/…`); a closed network has no public DNS to have one validated,
    so it is self-managed or issued by a private CA beforehand.
    """

    project_id: str
    project_number: str
    certificate_id: str
