"""Ways to more rights on Google Cloud, as data.

https://rhinosecuritylabs.com/gcp/privilege-escalation-google-cloud-platform-part-1/
https://cloud.google.com/iam/docs/understanding-roles
"""

from collections.abc import Iterable

from policies.facts.gcp.grants import Grant
from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

_SET_POLICY = frozenset(f"resourcemanager.{kind}.setIamPolicy" for kind in ("projects", "folders", "organizations"))
_ACT = "iam.serviceAccounts.actAs"
_SIGN = frozenset(
    f"iam.serviceAccounts.{what}"
    for what in ("getAccessToken", "getOpenIdToken", "signBlob", "signJwt", "implicitDelegation")
)
# Word to permissions of which each alone is enough.
_ALONE: dict[str, frozenset[str]] = {
    "grant-rights": _SET_POLICY | {"iam.roles.update"},
    "issue-credentials": frozenset(
        {"iam.serviceAccountKeys.create", "storage.hmacKeys.create", "serviceusage.apiKeys.create"}
    ),
    "act-as": _SIGN | {"compute.instances.setMetadata", "compute.projects.setCommonInstanceMetadata"},
    "change-trust": frozenset({"iam.serviceAccounts.setIamPolicy", "iam.workloadIdentityPoolProviders.update"}),
    "lift-limits": frozenset({"orgpolicy.policy.set", "orgpolicy.policies.update", "iam.denypolicies.delete"}),
    # Both run as an agent of the project's own.
    "run-as": frozenset({"deploymentmanager.deployments.create", "cloudbuild.builds.create"}),
}
# With the right to act as an account, any of these starts code as it.
_STARTS = frozenset(
    {
        "compute.instances.create",
        "cloudfunctions.functions.create",
        "cloudfunctions.functions.update",
        "run.services.create",
        "run.services.update",
        "run.jobs.create",
        "cloudscheduler.jobs.create",
        "dataproc.clusters.create",
        "dataflow.jobs.create",
        "notebooks.instances.create",
        "composer.environments.create",
        "workflows.workflows.create",
    }
)
_FUNCTIONS = frozenset({"cloudfunctions.functions.create", "cloudfunctions.functions.update"})
_RUN = frozenset({"run.services.create", "run.services.update", "run.jobs.create"})
_MACHINES = frozenset({"compute.instances.create", "compute.instances.setMetadata"})
_EDITS = _STARTS | _MACHINES | {_ACT, "iam.serviceAccountKeys.create", "cloudbuild.builds.create"}
# Of predefined roles what matters here. One that is not listed holds none of it, as far as known.
_ROLES: dict[str, frozenset[str]] = {
    "roles/owner": _EDITS | _SET_POLICY | {"iam.serviceAccounts.setIamPolicy", "iam.roles.update"},
    "roles/editor": _EDITS | {"deploymentmanager.deployments.create"},
    "roles/iam.securityAdmin": _SET_POLICY | {"iam.serviceAccounts.setIamPolicy"},
    "roles/resourcemanager.projectIamAdmin": _SET_POLICY,
    "roles/resourcemanager.folderAdmin": _SET_POLICY,
    "roles/resourcemanager.folderIamAdmin": _SET_POLICY,
    "roles/resourcemanager.organizationAdmin": _SET_POLICY,
    "roles/iam.roleAdmin": frozenset({"iam.roles.update"}),
    "roles/iam.organizationRoleAdmin": frozenset({"iam.roles.update"}),
    "roles/iam.serviceAccountAdmin": frozenset({"iam.serviceAccounts.setIamPolicy"}),
    "roles/iam.serviceAccountKeyAdmin": frozenset({"iam.serviceAccountKeys.create"}),
    "roles/iam.serviceAccountTokenCreator": _SIGN,
    "roles/iam.serviceAccountOpenIdTokenCreator": frozenset({"iam.serviceAccounts.getOpenIdToken"}),
    "roles/iam.workloadIdentityUser": frozenset({"iam.serviceAccounts.getAccessToken"}),
    "roles/iam.workloadIdentityPoolAdmin": frozenset({"iam.workloadIdentityPoolProviders.update"}),
    "roles/iam.serviceAccountUser": frozenset({_ACT}),
    "roles/iam.denyAdmin": frozenset({"iam.denypolicies.delete"}),
    "roles/orgpolicy.policyAdmin": frozenset({"orgpolicy.policy.set", "orgpolicy.policies.update"}),
    "roles/storage.hmacKeyAdmin": frozenset({"storage.hmacKeys.create"}),
    "roles/serviceusage.apiKeysAdmin": frozenset({"serviceusage.apiKeys.create"}),
    "roles/deploymentmanager.editor": frozenset({"deploymentmanager.deployments.create"}),
    "roles/cloudbuild.builds.editor": frozenset({"cloudbuild.builds.create"}),
    "roles/compute.admin": _MACHINES | {"compute.projects.setCommonInstanceMetadata"},
    "roles/compute.instanceAdmin": _MACHINES,
    "roles/compute.instanceAdmin.v1": _MACHINES | {"compute.projects.setCommonInstanceMetadata"},
    "roles/cloudfunctions.admin": _FUNCTIONS,
    "roles/cloudfunctions.developer": _FUNCTIONS,
    "roles/run.admin": _RUN,
    "roles/run.developer": _RUN,
    "roles/cloudscheduler.admin": frozenset({"cloudscheduler.jobs.create"}),
    "roles/dataproc.admin": frozenset({"dataproc.clusters.create"}),
    "roles/dataproc.editor": frozenset({"dataproc.clusters.create"}),
    "roles/dataflow.admin": frozenset({"dataflow.jobs.create"}),
    "roles/dataflow.developer": frozenset({"dataflow.jobs.create"}),
    "roles/notebooks.admin": frozenset({"notebooks.instances.create"}),
    "roles/composer.admin": frozenset({"composer.environments.create"}),
    "roles/workflows.admin": frozenset({"workflows.workflows.create"}),
}


def ways(permissions: frozenset[str]) -> frozenset[str]:
    """The words of ESCALATIONS for permissions over a whole project."""
    found = {word for word, alone in _ALONE.items() if alone & permissions}
    if _ACT in permissions and _STARTS & permissions:
        found.add("run-as")
    return frozenset(found)


def escalations(grants: Iterable[Grant]) -> Maybe[frozenset[str]]:
    """The same for all grants to one member together. A right on a named account or resource leads no further than that."""
    held, unclear = set[str](), False
    for grant in grants:
        if grant.whole_project:
            given = _given(grant)
            unclear = unclear or isinstance(given, Unknown)
            held |= frozenset() if isinstance(given, Unknown) else given
    found = ways(frozenset(held))
    return UNKNOWN if unclear and not found else found


def _given(grant: Grant) -> Maybe[frozenset[str]]:
    if grant.permissions is not None:
        return grant.permissions
    return UNKNOWN if isinstance(grant.role, Unknown) else _ROLES.get(grant.role, frozenset())
