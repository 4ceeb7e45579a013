"""Keys, tokens and passwords of users: https://docs.oracle.com/en-us/iaas/Content/Identity/usercred/usercredentials.htm."""

from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.reading import text
from policies.facts.resources import World
from policies.facts.vocabulary import Fact, StaticCredential

KNOWN = frozenset(
    f"oci:Identity/{name[:1].lower()}{name[1:]}:{name}"
    for name in (
        "ApiKey",
        "AuthToken",
        "CustomerSecretKey",
        "DbCredential",
        "DomainsApiKey",
        "DomainsAuthToken",
        "DomainsCustomerSecretKey",
        "DomainsMyApiKey",
        "DomainsMyAuthToken",
        "DomainsMyCustomerSecretKey",
        "DomainsMyOauth2clientCredential",
        "DomainsMySmtpCredential",
        "DomainsMyUserDbCredential",
        "DomainsOauth2clientCredential",
        "DomainsSmtpCredential",
        "DomainsUserDbCredential",
        "SmtpCredential",
        "UiPassword",
    )
)


def facts(world: World) -> Iterator[Fact]:
    """One of an identity domain can be switched off."""
    for resource in world.of(*sorted(KNOWN)):
        active = when(text(resource, "status", default="ACTIVE"), lambda word: word != "INACTIVE")
        yield StaticCredential(urn=resource.urn, role=resource.role, usable=active)
