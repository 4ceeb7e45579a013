"""Azure Container Apps: host names of one's own, and the certificates that an environment presents for them.

https://learn.microsoft.com/azure/container-apps/custom-domains-certificates
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.application_values import APP, ENVIRONMENT
from sandbox.cloud.azure.arm import IN_GROUP, assigned, below, in_group
from sandbox.cloud.azure.key_use import VAULT
from sandbox.cloud.azure.roles import ASSIGNMENT, BUILT_IN, IDENTITY, READ_SECRETS, guid
from sandbox.cloud.checks import matches
from sandbox.cloud.context import Context, Object
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.resource_type import Name, ResourceType
from sandbox.cloud.value import at, one

CERTIFICATE: Final = "azure-native:app:Certificate"
_DOCS: Final = "https://learn.microsoft.com/azure/container-apps"
_ISSUES: Final = "https://github.com/microsoft/azure-container-apps/issues"
_DOMAINS: Final = "configuration.ingress.customDomains[*]"
_READ: Final = "properties.certificateKeyVaultProperties"
_SECRET: Final = r"https://(?P<vault>[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9])\.vault\.azure\.net/secrets/[a-zA-Z0-9-]{1,127}(/[0-9a-f]{32})?/?"
_HOST: Final = r"(?=.{1,253}$)([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]"


def domains_fit(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Host names in full, each once, and a certificate where TLS is bound to it."""
    seen: set[str] = set()
    for path, domain in at(inputs, _DOMAINS):
        name = str(domain.get("name", ""))
        if not re.fullmatch(_HOST, name):
            yield f"{path}.name", f"InvalidCustomHostName: '{name}' is no host name in full, without wildcard"
        if name.lower() in seen:
            yield f"{path}.name", f"InvalidCustomHostName: '{name}' stands twice"
        seen.add(name.lower())
        if domain.get("bindingType") == "SniEnabled" and not domain.get("certificateId"):
            yield f"{path}.certificateId", f"CertificateMissing: '{name}' is bound to no certificate"


def domains_are_free(context: Context) -> str | None:
    """A certificate of the app's own environment, and a host name that no other app there has."""
    if context.operation == "delete":
        return None
    place = context["managedEnvironmentId"]
    others = [app for app in context.objects(APP) if app.id != context.id and app.get("managedEnvironmentId") == place]
    taken = {str(name).lower(): app.id for app in others for _, name in at(app.inputs, f"{_DOMAINS}.name")}
    for _, domain in at(context.inputs, _DOMAINS):
        certificate, name = domain.get("certificateId"), domain["name"]
        if certificate and not (below(place, certificate) and context.find(certificate, CERTIFICATE)):
            return f"CertificateNotFound: '{certificate}' must exist in the managed environment {place}"
        if name.lower() in taken:
            return f"CustomHostNameAlreadyInUse: '{name}' is a host name of {taken[name.lower()]}"
    return None


def _from_one_place(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    given, read = (bool(one(inputs, path)) for path in ("properties.value", _READ))
    if given == read:
        yield "properties", "InvalidCertificate: either value or certificateKeyVaultProperties"
    for name in ("identity", "keyVaultUrl"):
        if read and not one(inputs, f"{_READ}.{name}"):
            yield f"{_READ}.{name}", "required for a certificate in a key vault"


def _environment(context: Context) -> Object | None:
    group, name = (str(context[word]).lower() for word in ("resourceGroupName", "environmentName"))
    return next(
        (
            found
            for found in context.objects(ENVIRONMENT)
            if str(found.get("name")).lower() == name and f"/resourcegroups/{group}/" in found.id.lower()
        ),
        None,
    )


def _belongs(context: Context) -> str | None:
    """To an environment that is there, and that has the identity by which the certificate is read."""
    if context.operation == "delete":
        return None
    found, identity = _environment(context), one(context.inputs, f"{_READ}.identity")
    if found is None:
        return f"ParentResourceNotFound: the environment '{context['environmentName']}' could not be found"
    system = str(identity).lower() == "system"
    known = (
        "SystemAssigned" in str(one(found.inputs, "identity.type")) if system else identity in assigned(found.inputs)
    )
    if identity is not None and not known:
        return f"InvalidCertificateIdentity: {identity} is not assigned to {found.id}"
    return None


def _readable(context: Context) -> str | None:
    """The identity may read secrets of the whole vault: on the one secret it is not enough."""
    identity = context.find(one(context.inputs, f"{_READ}.identity") or "", IDENTITY)
    named = re.fullmatch(_SECRET, one(context.inputs, f"{_READ}.keyVaultUrl") or "")
    if context.operation == "delete" or identity is None or named is None:
        return None
    vault, wanted = named["vault"].lower(), {BUILT_IN[role] for role in READ_SECRETS}
    own = next((found.id for found in context.objects(VAULT) if str(found.get("name")).lower() == vault), None)
    for assignment in context.objects(ASSIGNMENT):
        scope = str(assignment.get("scope")).lower()
        there = below(scope, own) if own else scope.endswith(f"/vaults/{vault}") or "/resourcegroups/" not in scope
        mine = assignment.get("principalId") == identity.get("principalId")
        if there and mine and guid(assignment.get("roleDefinitionId")) in wanted:
            return None
    return f"CertificateKeyVaultForbidden: unable to read {named[0]} using Managed identity {identity.id}"


def _properties(context: Context) -> dict[str, Any]:
    """Neither the certificate's value nor its password comes back."""
    given = context.inputs.get("properties") or {}
    shown = {name: value for name, value in given.items() if name not in ("value", "password")}
    return {
        **shown,
        "provisioningState": "Succeeded",
        "thumbprint": context.hex(40, "thumbprint").upper(),
        "valid": True,
    }


TYPES: Final = (
    ResourceType(
        token=CERTIFICATE,
        source=f"{_DOCS}/key-vault-certificates-manage",
        sources=(f"{_DOCS}/custom-domains-certificates", f"{_ISSUES}/888", f"{_ISSUES}/1549"),
        id=in_group("Microsoft.App/managedEnvironments/{environmentName}/certificates/{certificateName}"),
        name=Name(property="certificateName", longest=60, lower=True, unique_in=IN_GROUP + "/{environmentName}"),
        computed={"properties": _properties},
        replace_on=("location",),
        checks=(_from_one_place, matches(f"{_READ}.keyVaultUrl", _SECRET, "no address of a secret in Key Vault")),
        guards=(
            _belongs,
            _readable,
            not_deleted_while_others(
                APP,
                belongs=lambda context, app: any(
                    value == context.id for _, value in at(app.inputs, f"{_DOMAINS}.certificateId")
                ),
                reason="CertificateInUse: {id} is used by custom domains of {other}",
            ),
        ),
        blind_spots=(
            "Most codes of refusals, and the rule of a certificate's name, are not verified.",
            "A vault outside the stack's groups is taken to be there; its firewall, access policies and secrets are not looked at.",
            "What the certificate is for and until when is not known, so it fits any host name.",
            "Whether an identity may be taken from an environment while a certificate is read by it is unverified; here it may.",
            "Renewed versions are not followed: the thumbprint stays.",
        ),
    ),
)
