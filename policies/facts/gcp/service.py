"""Cloud Run services: https://cloud.google.com/run/docs/securing/ingress."""

from collections.abc import Iterator

from policies.facts.answers import every, some, when
from policies.facts.gcp.grants import ACCOUNT, grants_on
from policies.facts.gcp.sinks import kept
from policies.facts.images import fixed
from policies.facts.reading import is_set, number, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import ANYONE, UNKNOWN, Fact, Maybe, Service

SERVICE = "gcp:cloudrunv2/service:Service"
KNOWN = frozenset({SERVICE})

_INTERNAL = ("INGRESS_TRAFFIC_INTERNAL_ONLY", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER")


def facts(world: World) -> Iterator[Fact]:
    for service in world.of(SERVICE):
        opened = (when(grant.member, lambda member: member == ANYONE) for grant in grants_on(world, service))
        yield Service(
            urn=service.urn,
            role=service.role,
            public=some(
                when(text(service, "ingress", default="INGRESS_TRAFFIC_ALL"), lambda word: word not in _INTERNAL),
                *opened,
            ),
            # A service spans the zones of its region: https://cloud.google.com/run/docs/zonal-redundancy
            two_zones=when(number(service, "template.scaling.minInstanceCount", default=0), lambda least: least > 1),
            own_identity=bool(world.targets(service, "template.serviceAccount", ACCOUNT)) or _named(service),
            image_private=every(
                *(private_image(service, image) for image in read_all(service, "template.containers.image"))
            ),
            image_fixed=every(*map(fixed, read_all(service, "template.containers.image"))),
            logs_kept=kept(world, "application"),
            version="",
            version_supported=True,  # an image brings its own runtime
            zone_kind="region",
        )


def _named(service: Resource) -> Maybe[bool]:
    """An identity that is not one of those every project has: https://cloud.google.com/iam/docs/service-account-types#default."""
    return when(
        text(service, "template.serviceAccount"), lambda email: bool(email) and not email.endswith(DEFAULT_IDENTITIES)
    )


DEFAULT_IDENTITIES = ("-compute@developer.gserviceaccount.com", "@appspot.gserviceaccount.com")


def probed(service: Resource) -> Maybe[bool]:
    """Every container answers a probe before its first request, and while it lives."""
    containers = read_all(service, "template.containers")
    return every(
        bool(containers),
        *(
            UNKNOWN if not isinstance(one, dict) else is_set(one, probe)
            for one in containers
            for probe in ("startupProbe", "livenessProbe")
        ),
    )


def private_image(service: Resource, image: object) -> Maybe[bool]:
    """From Artifact Registry of the same project; others' repositories may be public."""
    project = (service.provider or {}).get("project", UNKNOWN)
    if not isinstance(image, str) or not isinstance(project, str):
        return UNKNOWN
    host, _, path = image.partition("/")
    return host.endswith("-docker.pkg.dev") and path.startswith(f"{project}/")
