"""The AWS account that Digital Agency handed out, and what the closed network can't obtain by itself."""

from dataclasses import dataclass

from components._component import Landing

__all__ = ["AwsLanding"]


@dataclass(frozen=True, kw_only=True)
class AwsLanding(Landing):
    """`zones`: two availability-zone ids that the account offers. `certificate_arn`: ACM certificate of the load balancer;
    a closed network has no public DNS to validate one, so it is imported or issued by a private CA beforehand. `mover_role_arn`: who
    carries records beside the workload, while they are moved.
    """

    account_id: str
    zones: tuple[str, str]
    certificate_arn: str
    mover_role_arn: str | None = None
