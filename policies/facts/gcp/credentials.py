"""Keys that live until they are removed: https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys."""

from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.reading import text
from policies.facts.resources import World
from policies.facts.vocabulary import Fact, StaticCredential

KNOWN = frozenset(
    {
        "gcp:iam/oauthClientCredential:OauthClientCredential",
        "gcp:projects/apiKey:ApiKey",
        "gcp:serviceaccount/key:Key",
        "gcp:storage/hmacKey:HmacKey",
    }
)


def facts(world: World) -> Iterator[Fact]:
    """An HMAC key can be switched off."""
    for resource in world.of(*sorted(KNOWN)):
        active = when(text(resource, "state", default="ACTIVE"), lambda word: word != "INACTIVE")
        yield StaticCredential(urn=resource.urn, role=resource.role, usable=active)
