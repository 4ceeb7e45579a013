"""Azure Container Apps: the values that they take.

https://learn.microsoft.com/azure/container-apps/containers
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.value import at, one

Problems = Iterator[tuple[str, str]]
ENVIRONMENT: Final = "azure-native:app:ManagedEnvironment"
APP: Final = "azure-native:app:ContainerApp"

# https://learn.microsoft.com/azure/container-apps/workload-profiles-overview
_PROFILES: Final = ("Consumption", *(f"{series}{size}" for series in "DE" for size in (4, 8, 16, 32)))
_GPUS: Final = ("Consumption-GPU-NC24-A100", "Consumption-GPU-NC8as-T4", "NC24-A100", "NC48-A100", "NC96-A100")
# Probe field → what the vendor allows: https://learn.microsoft.com/azure/container-apps/health-probes
_PROBES: Final = {
    "initialDelaySeconds": (0, 60),
    "periodSeconds": (1, 240),
    "timeoutSeconds": (1, 240),
    "failureThreshold": (1, 10),
    "successThreshold": (1, 10),
}


def environment_fits(inputs: Mapping[str, Any]) -> Problems:
    """Profiles have known types and one name each; logs go somewhere; only a network makes an environment internal."""
    names: set[str] = set()
    for number, profile in enumerate(inputs.get("workloadProfiles") or ()):
        path, kind = f"workloadProfiles[{number}]", profile.get("workloadProfileType")
        if kind not in (*_PROFILES, *_GPUS):
            yield f"{path}.workloadProfileType", f"WorkloadProfileTypeNotFound: '{kind}' is not a type of profile"
        if profile.get("name") in names:
            yield f"{path}.name", f"two profiles are named '{profile.get('name')}'"
        names.add(profile.get("name"))
        least, most = profile.get("minimumCount"), profile.get("maximumCount")
        if least is not None and most is not None and least > most:
            yield f"{path}.minimumCount", f"{least} is more than maximumCount ({most})"
    logs = inputs.get("appLogsConfiguration") or {}
    target = logs.get("destination")
    if target not in (None, "", "none", "azure-monitor", "log-analytics"):
        yield "appLogsConfiguration.destination", f"'{target}' is not one of: log-analytics, azure-monitor, none"
    if (target == "log-analytics") != bool(logs.get("logAnalyticsConfiguration")):
        yield "appLogsConfiguration.logAnalyticsConfiguration", "given with log-analytics, and only with it"
    if one(inputs, "vnetConfiguration.internal") and not one(inputs, "vnetConfiguration.infrastructureSubnetId"):
        yield "vnetConfiguration.infrastructureSubnetId", "required for an internal environment"


def size_fits(inputs: Mapping[str, Any]) -> Problems:
    """Memory is twice the processors, in steps."""
    if inputs.get("workloadProfileName") not in (None, "Consumption"):
        return
    pairs = [
        (float(c["resources"]["cpu"]), c["resources"]["memory"])
        for c in one(inputs, "template.containers") or []
        if c.get("resources")
    ]
    cpu = sum(pair[0] for pair in pairs)
    memory = sum(float(pair[1].removesuffix("Gi")) for pair in pairs)
    if pairs and (cpu % 0.25 or not 0.25 <= cpu <= 4 or memory != 2 * cpu):
        yield "template.containers", f"ContainerAppInvalidResourceTotal: {cpu} processors with {memory} GiB"
    least, replicas = (one(inputs, f"template.scale.{name}Replicas") for name in ("min", "max"))
    if (least or 0) > (10 if replicas is None else replicas):
        yield "template.scale.minReplicas", f"ContainerAppInvalidScale: {least} is more than maxReplicas"


def traffic_fits(inputs: Mapping[str, Any]) -> Problems:
    """https://learn.microsoft.com/azure/container-apps/traffic-splitting."""
    traffic = one(inputs, "configuration.ingress.traffic") or []
    weight = sum(part.get("weight", 0) for part in traffic)
    if traffic and weight != 100:
        yield "configuration.ingress.traffic", f"IngressTrafficWeightInvalid: the weights make {weight}, not 100"
    if len(traffic) > 1 and one(inputs, "configuration.activeRevisionsMode") != "Multiple":
        yield "configuration.ingress.traffic", "traffic is split only with activeRevisionsMode Multiple"
    kind, exposed = (one(inputs, f"configuration.ingress.{name}") for name in ("transport", "exposedPort"))
    if exposed and str(kind).lower() != "tcp":
        yield "configuration.ingress.exposedPort", "only with transport tcp"


def names_fit(inputs: Mapping[str, Any]) -> Problems:
    """Containers have a name of their own, and secrets that they use are there."""
    names = [value for _, value in at(inputs, "template.containers[*].name")]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield "template.containers", f"ContainerAppDuplicateContainerName: two containers are named '{name}'"
    secrets = {value for _, value in at(inputs, "configuration.secrets[*].name")}
    for pattern in ("template.containers[*].env[*].secretRef", "configuration.registries[*].passwordSecretRef"):
        for path, secret in at(inputs, pattern):
            if secret and secret not in secrets:
                yield path, f"ContainerAppSecretRefNotFound: no secret is named '{secret}'"


def probes_fit(inputs: Mapping[str, Any]) -> Problems:
    """One probe a kind, within the vendor's numbers."""
    for number, container in enumerate(one(inputs, "template.containers") or ()):
        path = f"template.containers[{number}].probes"
        kinds = [probe.get("type") for probe in container.get("probes") or ()]
        if len(kinds) != len(set(kinds)):
            yield path, "ContainerAppProbeInvalid: one probe of each type"
        for field, (least, most) in _PROBES.items():
            for where, value in at(container, f"probes[*].{field}"):
                if not least <= value <= most:
                    yield f"template.containers[{number}].{where}", f"{value} is not between {least} and {most}"
