"""What one stack takes of an account's quotas, so that somebody can hold it against them: the kit can't ask the account."""

from collections.abc import Mapping
from dataclasses import dataclass

from operations.swap.planned import Say
from stacks.settings import Cloud

__all__ = ["TAKES", "Takes", "quotas"]


@dataclass(frozen=True, kw_only=True)
class Takes:
    """`name`: as the vendor's quotas call it. `type`: the resource type that is counted. `default`: the published limit of a new account."""

    name: str
    type: str
    count: int
    default: str = ""


TAKES: Mapping[Cloud, tuple[Takes, ...]] = {
    # https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    # https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
    Cloud.AWS: (
        Takes(name="VPC", type="aws:ec2/vpc:Vpc", count=1, default="5 / region"),
        Takes(name="VPC endpoint", type="aws:ec2/vpcEndpoint:VpcEndpoint", count=7, default="50 / VPC"),
        Takes(name="RDS DB instance", type="aws:rds/instance:Instance", count=1),
        Takes(name="Application Load Balancer", type="aws:lb/loadBalancer:LoadBalancer", count=1),
        Takes(name="KMS key", type="aws:kms/key:Key", count=1),
        Takes(name="S3 bucket", type="aws:s3/bucket:Bucket", count=3),
        Takes(name="Firehose stream", type="aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", count=1),
    ),
    # https://learn.microsoft.com/azure/container-apps/quotas
    Cloud.AZURE: (
        Takes(name="virtual network", type="azure-native:network:VirtualNetwork", count=1),
        Takes(name="private endpoint", type="azure-native:network:PrivateEndpoint", count=6),
        Takes(
            name="Container Apps environment",
            type="azure-native:app:ManagedEnvironment",
            count=1,
            default="15 / region",
        ),
        Takes(name="PostgreSQL flexible server", type="azure-native:dbforpostgresql:Server", count=1),
        Takes(name="key vault", type="azure-native:keyvault:Vault", count=2),
        Takes(name="storage account", type="azure-native:storage:StorageAccount", count=3),
        Takes(name="container registry", type="azure-native:containerregistry:Registry", count=1),
    ),
    # https://cloud.google.com/sql/docs/postgres/quotas
    Cloud.GCP: (
        Takes(name="VPC network", type="gcp:compute/network:Network", count=1),
        Takes(
            name="Cloud SQL instance",
            type="gcp:sql/databaseInstance:DatabaseInstance",
            count=1,
            default="1,000 / project",
        ),
        Takes(name="forwarding rule", type="gcp:compute/forwardingRule:ForwardingRule", count=1),
        Takes(name="Cloud Run service", type="gcp:cloudrunv2/service:Service", count=1),
        Takes(name="key ring", type="gcp:kms/keyRing:KeyRing", count=1),
        Takes(name="bucket", type="gcp:storage/bucket:Bucket", count=2),
    ),
    # Limits are set with each contract: https://docs.oracle.com/iaas/Content/General/Concepts/servicelimits.htm
    Cloud.OCI: (
        Takes(name="VCN", type="oci:Core/vcn:Vcn", count=1),
        Takes(name="PostgreSQL database system", type="oci:Psql/dbSystem:DbSystem", count=1),
        Takes(name="container instance", type="oci:ContainerEngine/containerInstance:ContainerInstance", count=2),
        Takes(name="load balancer", type="oci:LoadBalancer/loadBalancer:LoadBalancer", count=1),
        Takes(name="vault", type="oci:Kms/vault:Vault", count=1),
        Takes(name="bucket", type="oci:ObjectStorage/bucket:Bucket", count=2),
        Takes(name="connector", type="oci:Sch/connector:Connector", count=1),
    ),
}
"""Of one stack, with an image; on Azure with host names (else one private endpoint less). Defaults are as the pages said on 2026-11-26, and held against no account."""


def quotas(target: Cloud, say: Say) -> str:
    """One sentence. No stack takes a public address or a NAT gateway."""
    listed = ", ".join(_one(one, say) for one in TAKES[target])
    return say(
        f"The account's quotas are not known here. One stack on {target} takes: {listed}. Defaults are the vendor's published ones, unverified",
        f"アカウントの上限値(クォータ)はここでは分かりません。{target} では一つのスタックが次を使います: {listed}。既定値は各社の公開値で、未確認です",
    )


def _one(one: Takes, say: Say) -> str:
    default = say(f" (by default {one.default})", f"(既定 {one.default})") if one.default else ""
    return f"{one.name} {one.count}{default}"
