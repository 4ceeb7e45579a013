"""Azure Container Apps and Container Registry: https://learn.microsoft.com/azure/container-apps/overview."""

from collections.abc import Iterator, Mapping

from policies.facts.answers import every, no, some, when
from policies.facts.azure.key import KEY
from policies.facts.azure.roles import IDENTITY
from policies.facts.azure.sinks import logged
from policies.facts.images import fixed
from policies.facts.reading import flag, number, read_all, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.vocabulary import NOT_OFFERED, UNKNOWN, Fact, ImageRegistry, LoadBalancer, Maybe, Service, Unknown

ENVIRONMENT = "azure-native:app:ManagedEnvironment"
APP = "azure-native:app:ContainerApp"
CERTIFICATE = "azure-native:app:Certificate"
REGISTRY = "azure-native:containerregistry:Registry"
KNOWN = frozenset({ENVIRONMENT, APP, REGISTRY, CERTIFICATE})

_PROBE = "template.containers.probes.type"


def facts(world: World) -> Iterator[Fact]:
    for environment in world.of(ENVIRONMENT):
        apps = world.referring(environment, APP, "managedEnvironmentId")
        yield LoadBalancer(
            urn=environment.urn,
            role=environment.role,
            public=_public(environment),
            # The vendor's edge: https://learn.microsoft.com/azure/container-apps/ingress-overview
            tls_minimum=when(
                some(world.absent(value=False), *(_without_certificate(app) for app in apps)),
                lambda clear: (0, 0) if clear else (1, 2),
            ),
            plain_http=some(
                world.absent(value=False),
                *(flag(app, "configuration.ingress.allowInsecure", default=False) for app in apps),
            ),
            health_checked=every(world.absent(value=True), *(_asked(app) for app in apps)),
            # https://learn.microsoft.com/azure/container-apps/logging
            access_logged=logged(world, environment, "ContainerAppHTTPLogs"),
            waf=False,  # none can be put before an environment's own edge; one stands in a front end of its own
            ddos_protected=False,
        )
    for app in world.of(APP):
        yield _service(world, app)
    for registry in world.of(REGISTRY):
        yield ImageRegistry(
            urn=registry.urn,
            role=registry.role,
            public=some(
                when(text(registry, "publicNetworkAccess", default="Enabled"), lambda word: word != "Disabled"),
                flag(registry, "anonymousPullEnabled", default=False),
            ),
            customer_key=every(
                when(text(registry, "encryption.status", default="enabled"), lambda word: word.lower() == "enabled"),
                customer_key(world, registry, "encryption.keyVaultProperties.keyIdentifier", KEY),
            ),
            # Tags can be locked one by one only: https://learn.microsoft.com/azure/container-registry/container-registry-image-lock
            tags_immutable=NOT_OFFERED,
        )


def _service(world: World, app: Resource) -> Service:
    found = world.target(app, "managedEnvironmentId", ENVIRONMENT)
    return Service(
        urn=app.urn,
        role=app.role,
        public=every(
            flag(app, "configuration.ingress.external", default=False), UNKNOWN if found is None else _public(found)
        ),
        two_zones=every(
            UNKNOWN if found is None else flag(found, "zoneRedundant", default=False),
            when(number(app, "template.scale.minReplicas", default=0), lambda least: least >= 2),
        ),
        own_identity=every(
            when(text(app, "identity.type"), lambda kind: "UserAssigned" in kind),
            _named(world, app),
        ),
        image_private=_private(world, app),
        image_fixed=every(*map(fixed, read_all(app, "template.containers.image"))),
        logs_kept=UNKNOWN if found is None else logged(world, found, "ContainerAppConsoleLogs"),
        version="",
        version_supported=True,  # an image brings its own runtime
        zone_kind="zone",
    )


def _public(environment: Resource) -> Maybe[bool]:
    """An internal environment has a private address only; of any other the public way in can be switched off."""
    return every(
        no(flag(environment, "vnetConfiguration.internal", default=False)),
        when(text(environment, "publicNetworkAccess", default="Enabled"), lambda word: word != "Disabled"),
    )


def _without_certificate(app: Resource) -> Maybe[bool]:
    """A host name that no certificate is bound to. https://learn.microsoft.com/azure/container-apps/custom-domains-certificates."""
    domains = read_all(app, "configuration.ingress.customDomains")
    return some(
        *(
            when(text(one, "bindingType", default="Disabled"), lambda kind: kind.lower() == "disabled")
            if isinstance(one, Mapping)
            else UNKNOWN
            for one in domains
        )
    )


def _asked(app: Resource) -> Maybe[bool]:
    kinds = read_all(app, _PROBE)
    return UNKNOWN if UNKNOWN in kinds else "Readiness" in kinds


def _named(world: World, app: Resource) -> Maybe[bool]:
    if world.targets(app, "identity.userAssignedIdentities", IDENTITY):
        return True
    identities = read_all(app, "identity.userAssignedIdentities")
    return UNKNOWN if UNKNOWN in identities else bool(identities)


def _private(world: World, app: Resource) -> Maybe[bool]:
    """Every image lies in a registry of the stack: by its address, or (unknown yet) by what the image is made from."""
    servers = [text(registry, "loginServer") for registry in world.of(REGISTRY)]
    images = read_all(app, "template.containers.image")
    if not images:
        return False
    return every(*(_from(world, app, image, servers) for image in images))


def _from(world: World, app: Resource, image: Maybe[str], servers: list[Maybe[str]]) -> Maybe[bool]:
    if isinstance(image, Unknown):
        made_from = {world.get(urn) for urn in app.property_dependencies.get("template", ())}
        return True if any(found is not None and found.type == REGISTRY for found in made_from) else UNKNOWN
    host = image.partition("/")[0]
    if any(server == host for server in servers):
        return True
    return UNKNOWN if any(isinstance(server, Unknown) for server in servers) else host.endswith(".azurecr.io")
