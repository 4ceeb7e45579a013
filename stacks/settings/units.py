"""Landing units as the program takes them: what Digital Agency has handed out, one class a cloud."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AwsLanding:
    """An AWS account."""

    account_id: str
    certificate_arn: str
    """Of the internal load balancer, in ACM, imported or from a private CA."""


@dataclass(frozen=True, kw_only=True)
class AzureLanding:
    """An Azure subscription."""

    subscription_id: str
    tenant_id: str
    certificate_id: str | None = None
    """Of the entry for `host_names`, in Key Vault: `/subscriptions/…/vaults/…/secrets/…`, without a version."""
    host_names: tuple[str, ...] = ()
    """What users type. Without any the entry answers for the name alone that Azure gives it."""


@dataclass(frozen=True, kw_only=True)
class GcpLanding:
    """A Google Cloud project."""

    project_id: str
    project_number: str
    """Part of the addresses of the vendor's own service agents."""
    certificate_id: str
    """Of the internal load balancer, in Certificate Manager: `projects/…/locations/…/certificates/…`."""


@dataclass(frozen=True, kw_only=True)
class OciLanding:
    """An OCI child tenancy (子テナンシ)."""

    tenancy_id: str
    """Its root, where dynamic groups live."""
    compartment_id: str
    """Where the workload's resources live: the root itself, or a compartment below."""
    certificate_id: str
    """Of the internal load balancer, in the Certificates service."""
