"""Azure App Service and Functions: https://learn.microsoft.com/azure/app-service/overview-security."""

from collections.abc import Iterator

from policies.facts.answers import every, no, some, when
from policies.facts.azure.sinks import logged
from policies.facts.images import fixed
from policies.facts.reading import first, flag, is_set, number, text
from policies.facts.resources import Resource, World
from policies.facts.support import runtime
from policies.facts.vocabulary import UNKNOWN, Fact, LoadBalancer, Maybe, Service, Unknown

_APP = "azure-native:web:WebApp"
_PLAN = "azure-native:web:AppServicePlan"
KNOWN = frozenset({_APP, _PLAN})
_PARTS = {
    "WebAppApplicationSettings": "variables of an app, which is judged; credentials in the open are looked for in every resource",
    "WebAppConnectionStrings": "variables of an app, which is judged; credentials in the open are looked for in every resource",
    "WebAppDiagnosticLogsConfiguration": "logs on the app's own disk; whether they are kept elsewhere is judged",
    "WebAppHostNameBinding": "a name of an app, which is judged",
    "WebAppSwiftVirtualNetworkConnection": "where an app's own requests leave; the network is judged",
}
INERT = {f"azure-native:web:{name}": why for name, why in _PARTS.items()}
UNTAGGABLE = frozenset(INERT)

_VERSIONS = {"1.0": (1, 0), "1.1": (1, 1), "1.2": (1, 2), "1.3": (1, 3)}
_IMAGE = "DOCKER|"
_FLEXIBLE = "functionAppConfig.runtime"
_LANGUAGES = {"nodeVersion": "node", "javaVersion": "java", "phpVersion": "php", "netFrameworkVersion": "dotnet"}


def facts(world: World) -> Iterator[Fact]:
    """An app is a service and, where it answers, its own front end."""
    for app in world.of(_APP):
        public = when(text(app, "publicNetworkAccess"), lambda word: word != "Disabled")
        named = _runtime(app)
        yield Service(
            urn=app.urn,
            role=app.role,
            public=public,
            two_zones=_two_zones(world, app),
            own_identity=when(text(app, "identity.type", default="None"), lambda kind: kind != "None"),
            image_private=when(_image(app), lambda image: not image or image.partition("/")[0].endswith(".azurecr.io")),
            image_fixed=when(_image(app), lambda image: not image or fixed(image)),
            logs_kept=some(logged(world, app, "AppServiceConsoleLogs"), logged(world, app, "FunctionAppLogs")),
            version=named,
            version_supported=runtime(named),
            zone_kind="zone",
        )
        yield LoadBalancer(
            urn=app.urn,
            role=app.role,
            public=public,
            # https://learn.microsoft.com/azure/app-service/overview-tls
            tls_minimum=when(
                text(app, "siteConfig.minTlsVersion", default="1.2"), lambda word: _VERSIONS.get(word, UNKNOWN)
            ),
            plain_http=no(flag(app, "httpsOnly", default=False)),
            health_checked=is_set(app, "siteConfig.healthCheckPath"),
            access_logged=logged(world, app, "AppServiceHTTPLogs"),
            waf=False,  # one stands in a front end of its own
            ddos_protected=False,
        )


def _runtime(app: Resource) -> Maybe[str]:
    """Linux says language and version in one word, Windows each in a property, a flexible function app in two."""
    found = first(app, "siteConfig.linuxFxVersion", *(f"siteConfig.{path}" for path in _LANGUAGES), _FLEXIBLE)
    if isinstance(found, Unknown):
        return UNKNOWN
    linux = text(app, "siteConfig.linuxFxVersion")
    if linux:
        return linux
    name, version = text(app, f"{_FLEXIBLE}.name"), text(app, f"{_FLEXIBLE}.version")
    if isinstance(name, Unknown) or isinstance(version, Unknown):
        return UNKNOWN
    if name:
        return f"{name}|{version}"
    for path, language in _LANGUAGES.items():
        number = text(app, f"siteConfig.{path}")
        # `v4.0` of .NET is part of Windows, and lasts as long.
        if isinstance(number, str) and number not in ("", "v4.0"):
            return f"{language}|{number.lstrip('v~')}"
    return ""


def _image(app: Resource) -> Maybe[str]:
    """What comes as code has no image."""
    word = text(app, "siteConfig.linuxFxVersion")
    return when(word, lambda said: said[len(_IMAGE) :] if said.upper().startswith(_IMAGE) else "")


def _two_zones(world: World, app: Resource) -> Maybe[bool]:
    """https://learn.microsoft.com/azure/reliability/reliability-app-service."""
    plan = world.target(app, "serverFarmId", _PLAN)
    if plan is None:
        return UNKNOWN if is_set(app, "serverFarmId") is not False else False
    several = when(number(plan, "sku.capacity", default=1), lambda count: count > 1)
    return every(flag(plan, "zoneRedundant", default=False), several)
