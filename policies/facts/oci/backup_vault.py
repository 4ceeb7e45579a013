"""Protection policies of Autonomous Recovery Service.

https://docs.oracle.com/en-us/iaas/recovery-service/doc/manage-protection-policies.html
"""

from collections.abc import Iterator

from policies.facts.reading import is_set
from policies.facts.resources import World
from policies.facts.vocabulary import NOT_OFFERED, BackupVault, Fact

_POLICY = "oci:RecoveryMod/protectionPolicy:ProtectionPolicy"
KNOWN = frozenset({_POLICY})


def facts(world: World) -> Iterator[Fact]:
    for policy in world.of(_POLICY):
        locked = is_set(policy, "policyLockedDateTime")
        yield BackupVault(
            urn=policy.urn,
            role=policy.role,
            customer_key=NOT_OFFERED,
            # Until it is locked an administrator can shorten the retention.
            immutable=locked,
            immutability_locked=locked,
        )
