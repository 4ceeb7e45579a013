"""Cloud Functions of both generations, and Cloud Run's first API: https://cloud.google.com/functions/docs/networking/network-settings."""

from collections.abc import Iterator

from policies.facts.answers import every, some, when
from policies.facts.gcp.grants import ACCOUNT, grants_on
from policies.facts.gcp.service import DEFAULT_IDENTITIES, private_image
from policies.facts.gcp.sinks import kept
from policies.facts.images import fixed
from policies.facts.reading import Path, number, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.support import runtime
from policies.facts.vocabulary import ANYONE, Fact, Maybe, Service

_SECOND = "gcp:cloudfunctionsv2/function:Function"
_FIRST = "gcp:cloudfunctions/function:Function"
_RUN = "gcp:cloudrun/service:Service"
KNOWN = frozenset({_SECOND, _FIRST, _RUN})
TAGS_AT = {_RUN: "metadata.labels"}

# Type to where it says its ingress, its identity, its fewest instances, and its runtime ("" for an image).
_AT: dict[str, tuple[Path, Path, Path, str]] = {
    _SECOND: (
        "serviceConfig.ingressSettings",
        "serviceConfig.serviceAccountEmail",
        "serviceConfig.minInstanceCount",
        "buildConfig.runtime",
    ),
    _FIRST: ("ingressSettings", "serviceAccountEmail", "minInstances", "runtime"),
    _RUN: (
        ("metadata", "annotations", "run.googleapis.com/ingress"),
        "template.spec.serviceAccountName",
        ("template", "metadata", "annotations", "autoscaling.knative.dev/minScale"),
        "",
    ),
}
_INTERNAL = ("ALLOW_INTERNAL_ONLY", "ALLOW_INTERNAL_AND_GCLB", "internal", "internal-and-cloud-load-balancing")


def facts(world: World) -> Iterator[Fact]:
    for token, (ingress, identity, fewest, language) in _AT.items():
        for function in world.of(token):
            opened = (when(grant.member, ANYONE.__eq__) for grant in grants_on(world, function))
            version = text(function, language) if language else ""
            images = read_all(function, "template.spec.containers.image")
            yield Service(
                urn=function.urn,
                role=function.role,
                public=some(when(text(function, ingress), lambda word: word not in _INTERNAL), *opened),
                # All of them span the zones of their region: https://cloud.google.com/run/docs/zonal-redundancy
                two_zones=when(number(function, fewest, default=0), lambda least: least > 1),
                own_identity=bool(world.targets(function, identity, ACCOUNT)) or _named(function, identity),
                # A function is built into a repository of the project's own.
                image_private=every(*(private_image(function, image) for image in images)),
                image_fixed=every(*map(fixed, images)),
                logs_kept=kept(world, "application/functions" if token == _FIRST else "application"),
                version=version,
                version_supported=runtime(version),
                zone_kind="region",
            )


def _named(function: Resource, path: Path) -> Maybe[bool]:
    return when(text(function, path), lambda email: bool(email) and not email.endswith(DEFAULT_IDENTITIES))
