"""Azure Blob Storage's lifecycle policy of an account: https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import in_group
from sandbox.cloud.azure.object_storage import ACCOUNT, account_answers
from sandbox.cloud.checks import one_of
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at, one

POLICY: Final = "azure-native:storage:ManagementPolicy"
_MOST: Final = 100


def _rules_fit(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    rules = [rule for _, rule in at(inputs, "policy.rules[*]")]
    names = [rule.get("name") for rule in rules]
    if not 1 <= len(rules) <= _MOST:
        yield "policy.rules", f"InvalidRequest: {len(rules)} rules; 1 to {_MOST} are taken"
    if len(set(names)) < len(names):
        yield "policy.rules", "InvalidRequest: the names of rules are unique"
    for index, rule in enumerate(rules):
        if not any(one(rule, f"definition.actions.{part}") for part in ("baseBlob", "snapshot", "version")):
            yield f"policy.rules[{index}].definition.actions", "InvalidRequest: a rule needs at least one action"
        if not one(rule, "definition.filters.blobTypes"):
            yield f"policy.rules[{index}].definition.filters.blobTypes", "InvalidRequest: a rule needs a type of blob"


TYPES: Final = (
    ResourceType(
        token=POLICY,
        source="https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview",
        id=in_group("Microsoft.Storage/storageAccounts/{accountName}/managementPolicies/{managementPolicyName}"),
        name=Name(property="managementPolicyName", pattern="default", automatic=False, unique_in="{accountName}"),
        replace_on=("accountName",),
        checks=(
            _rules_fit,
            one_of("policy.rules[*].type", ("Lifecycle",)),
            one_of("policy.rules[*].definition.filters.blobTypes[*]", ("blockBlob", "appendBlob")),
        ),
        guards=(account_answers,),
        references=(Reference("accountName", ACCOUNT),),
        sources=("https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure",),
        blind_spots=("No blob is ever moved or removed; which action goes with which type of blob is not looked at.",),
    ),
)
