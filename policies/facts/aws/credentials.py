"""Keys, tokens and passwords that live until they are removed: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html."""

from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.reading import text
from policies.facts.resources import World
from policies.facts.vocabulary import Fact, StaticCredential

KNOWN = frozenset(
    {
        "aws:iam/accessKey:AccessKey",
        "aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
        "aws:iam/signingCertificate:SigningCertificate",
        "aws:iam/sshKey:SshKey",
        "aws:iam/userLoginProfile:UserLoginProfile",
    }
)


def facts(world: World) -> Iterator[Fact]:
    """A key that is switched off can be switched on again, but works not."""
    for resource in world.of(*sorted(KNOWN)):
        active = when(text(resource, "status", default="Active"), lambda word: word != "Inactive")
        yield StaticCredential(urn=resource.urn, role=resource.role, usable=active)
