"""The resource types that policy statements name, their families, and what the verbs permit where a row asks for it.

https://docs.oracle.com/en-us/iaas/Content/Identity/Reference/policyreference.htm
https://docs.oracle.com/en-us/iaas/Content/Identity/Reference/keypolicyreference.htm
https://docs.oracle.com/en-us/iaas/Content/Identity/Reference/registrypolicyreference.htm
https://docs.oracle.com/en-us/iaas/Content/postgresql/policies.htm
"""

import re
from collections.abc import Mapping
from typing import Final

from sandbox.cloud.oci.policy import VERBS

EVERYTHING: Final = "all-resources"
FAMILIES: Final[Mapping[str, frozenset[str]]] = {
    family: frozenset(members.split())
    for family, members in {
        "autonomous-database-family": "autonomous-databases autonomous-backups autonomous-container-databases "
        "cloud-autonomous-vmclusters",
        "certificate-authority-family": "certificate-authorities certificate-authority-versions "
        "certificate-authority-bundles certificate-authority-associations certificate-authority-delegates cabundles",
        "leaf-certificate-family": "leaf-certificates leaf-certificate-versions leaf-certificate-bundles "
        "certificate-associations",
        "cluster-family": "clusters cluster-node-pools cluster-pod-shapes cluster-virtualnode-pools "
        "cluster-workload-mappings cluster-work-requests",
        "compute-container-family": "compute-container-instances compute-containers",
        "compute-management-family": "instance-configurations instance-pools cluster-networks",
        "database-family": "db-systems db-nodes db-homes databases pluggable-databases db-backups dbnode-console-connection",
        "dns": "dns-zones dns-records dns-steering-policies dns-steering-policy-attachments dns-tsig-keys dns-views "
        "dns-resolvers dns-policies dns-policy-attachments dns-traffic dns-resolver-endpoint",
        "file-family": "file-systems mount-targets export-sets replications outbound-connectors",
        "functions-family": "fn-app fn-function fn-invocation",
        "instance-family": "app-catalog-listing console-histories instances instance-console-connection instance-images "
        "volume-attachments",
        "key-family": "vaults keys key-delegate",
        "logging-family": "log-groups log-content unified-configuration",
        "object-family": "objectstorage-namespaces buckets objects",
        "ons-family": "ons-topics ons-subscriptions",
        "secret-family": "secrets secret-versions secret-bundles",
        "stream-family": "streams stream-pull stream-push stream-pools connect-harness",
        "virtual-network-family": "vcns subnets route-tables network-security-groups security-lists dhcp-options "
        "private-ips public-ips ipv6s internet-gateways nat-gateways service-gateways local-peering-gateways "
        "local-peering-from local-peering-to remote-peering-connections remote-peering-from remote-peering-to drgs "
        "drg-object drg-attachments drg-route-tables drg-route-distributions cpes ipsec-connections cross-connects "
        "cross-connect-groups virtual-circuits vnics vnic-attachments vlans byoiprange publicippool ipam",
        "volume-family": "volumes volume-attachments volume-backups boot-volume-backups backup-policies "
        "backup-policy-assignments volume-groups volume-group-backups",
    }.items()
}
_OTHERS: Final = re.findall(
    r"\S+",
    """
    alarms announcements audit-events authentication-policies bastion bastion-family bastion-session cloudevents-rules
    cloud-guard-family compartments credentials domains dynamic-groups email-family export-sets groups hsm-cluster
    identity-providers instance-agent-command-family limits load-balancers metrics network-load-balancers
    network-sources oauth2-clients policies postgres-backups postgres-configurations postgres-db-systems
    postgres-work-requests quota repos resource-availability secret-replication serviceconnectors ssh-keys
    tag-defaults tag-definitions tag-namespaces tenancies usage-budgets usage-report users vss-family waas-family
    workrequest zpr-policy zpr-security-attributes
    """,
)
RESOURCE_TYPES: Final = frozenset({EVERYTHING, *FAMILIES, *_OTHERS}.union(*FAMILIES.values()))
"""What a statement may name. A name that is not here may be missing here; it is refused all the same."""

# Permissions that each verb adds to the one before it: only those that some row asks for.
_ADDED: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "keys": {
        "inspect": frozenset({"KEY_INSPECT"}),
        "read": frozenset({"KEY_READ"}),
        "use": frozenset({"KEY_ENCRYPT", "KEY_DECRYPT"}),
    },
    "objects": {"inspect": frozenset({"OBJECT_INSPECT"}), "manage": frozenset({"OBJECT_DELETE"})},
    "repos": {"inspect": frozenset({"REPOSITORY_INSPECT"}), "read": frozenset({"REPOSITORY_READ"})},
    "postgres-db-systems": {"manage": frozenset({"POSTGRES_DB_SYSTEM_DELETE"})},
}


def permitted(verb: str, resource: str) -> frozenset[str]:
    """The permissions that a verb has on a resource type, a family or everything."""
    return _permissions(VERBS[: VERBS.index(verb) + 1], resource)


def forbidden(verb: str, resource: str) -> frozenset[str]:
    """The permissions that denying the verb takes away: its own and those of the verbs that build on it (unverified)."""
    return _permissions(VERBS[VERBS.index(verb) :], resource)


def _permissions(verbs: tuple[str, ...], resource: str) -> frozenset[str]:
    found: set[str] = set()
    for name, added in _ADDED.items():
        if resource in (EVERYTHING, name) or name in FAMILIES.get(resource, ()):
            found.update(*(added.get(verb, ()) for verb in verbs))
    return frozenset(found)
