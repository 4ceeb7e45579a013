"""What Cloud Run takes as a revision: containers, probes, sizes, scaling.

https://cloud.google.com/run/docs/configuring/services/memory-limits
https://cloud.google.com/run/docs/configuring/services/cpu
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems
from sandbox.cloud.gcp.tree import repeated
from sandbox.cloud.value import at, one

_SECOND: Final = "EXECUTION_ENVIRONMENT_GEN2"
_CPUS: Final = (1, 2, 4, 6, 8)
# More than so many MiB need at least so many CPU; so many CPU need at least so many MiB.
_CPU_FOR: Final = ((24_576, 8), (16_384, 6), (8_192, 4), (4_096, 2), (1_024, 1))
_MEMORY_FOR: Final = ((8, 4_096), (6, 4_096), (4, 2_048))
_LARGEST: Final = 32_768
_UNITS: Final = {"": 1 / 1024**2, "k": 1000 / 1024**2, "M": 1000**2 / 1024**2, "G": 1000**3 / 1024**2}
_BINARY: Final = {"Ki": 1 / 1024, "Mi": 1, "Gi": 1024}
_RESERVED: Final = ("PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION")
_PROBES: Final = {"startupProbe": 240, "livenessProbe": 3_600}
_HOSTS: Final = re.compile(r"docker\.io|([a-z0-9-]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev")


def _mebibytes(text: str) -> float | None:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G|)", text)
    return None if found is None else float(found[1]) * {**_UNITS, **_BINARY}[found[2]]


def _cpus(text: str) -> float | None:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(m?)", text)
    return None if found is None else float(found[1]) / (1000 if found[2] else 1)


def sizes_fit(inputs: Mapping[str, Any]) -> Problems:
    """CPU and memory of each container, alone and together."""
    template = inputs["template"]
    for where, container in at(inputs, "template.containers[*]"):
        here = f"{where}.resources.limits"
        texts = {name: str(one(container, f"resources.limits.{name}", "")) for name in ("cpu", "memory")}
        cpu, memory = _cpus(texts["cpu"] or "1"), _mebibytes(texts["memory"] or "512Mi")
        if cpu is None or (cpu not in _CPUS and not 0.08 <= cpu < 1):
            yield f"{here}.cpu", f"'{texts['cpu']}' CPU: 1, 2, 4, 6, 8 or, with one request at a time, 0.08 to 1"
        elif memory is None:
            yield f"{here}.memory", f"'{texts['memory']}' is no amount of memory"
        else:
            yield from _pair_fits(template, container, here, (cpu, memory), texts["memory"] or "512Mi")


def _pair_fits(
    template: Mapping[str, Any], container: Mapping[str, Any], here: str, pair: tuple[float, float], said: str
) -> Problems:
    cpu, memory = pair
    if memory > _LARGEST:
        yield f"{here}.memory", f"{said}: at most 32Gi"
    if memory < (512 if template.get("executionEnvironment") == _SECOND else 128):
        yield f"{here}.memory", f"{said}: the second generation needs at least 512Mi, the first 128Mi"
    if one(container, "resources.cpuIdle") is False and memory < 512:
        yield f"{here}.memory", f"{said}: with CPU always allocated at least 512Mi"
    for least, needed in _CPU_FOR:
        if memory > least and cpu < needed:
            yield f"{here}.cpu", f"{said} of memory need at least {needed} CPU"
            break
    for many, needed in _MEMORY_FOR:
        if cpu >= many and memory < needed:
            yield f"{here}.memory", f"{said}: {cpu:g} CPU need at least {needed}Mi"
            break
    if cpu < 1 and template.get("maxInstanceRequestConcurrency", 80) > 1:
        yield f"{here}.cpu", "less than one CPU takes one request at a time"
    if cpu < 1 and one(container, "resources.cpuIdle") is False:
        yield f"{here}.cpu", "less than one CPU is not always allocated"


def containers_fit(inputs: Mapping[str, Any]) -> Problems:
    """One container takes the requests; environment, volumes and probes are in order."""
    containers = [container for _, container in at(inputs, "template.containers[*]")]
    if "containers" in inputs["template"] and not containers:
        yield "template.containers", "at least one container"
    listening = [container for container in containers if container.get("ports")]
    if len(containers) > 1 and len(listening) != 1:
        yield "template.containers", f"one container, not {len(listening)}, has a port"
    volumes = [name for _, name in at(inputs, "template.volumes[*].name")]
    for where, container in at(inputs, "template.containers[*]"):
        yield from _environment_fits(where, container)
        for name in [name for _, name in at(container, "volumeMounts[*].name") if name not in volumes]:
            yield f"{where}.volumeMounts", f"no volume '{name}'"
        host = str(container.get("image", "")).partition("/")[0]
        if re.search(r"[.:]", host) and "/" in container["image"] and not _HOSTS.fullmatch(host):
            yield f"{where}.image", f"images come from gcr.io, pkg.dev or docker.io, not from {host}"
        for name, most in _PROBES.items():
            yield from _probe_fits(f"{where}.{name}", container.get(name) or {}, most)


def _environment_fits(where: str, container: Mapping[str, Any]) -> Problems:
    names = [name for _, name in at(container, "envs[*].name")]
    for name in repeated(names):
        yield f"{where}.envs", f"{name} is set twice"
    for name in [name for name in names if name in _RESERVED]:
        yield f"{where}.envs", f"{name} is Cloud Run's own"


def _probe_fits(where: str, probe: Mapping[str, Any], most: int) -> Problems:
    if not probe:
        return
    kinds = [kind for kind in ("httpGet", "tcpSocket", "grpc") if kind in probe]
    if len(kinds) != 1:
        yield where, f"exactly one of httpGet, tcpSocket and grpc, {len(kinds)} given"
    period, timeout = probe.get("periodSeconds", 10), probe.get("timeoutSeconds", 1)
    if not 1 <= period <= most:
        yield f"{where}.periodSeconds", f"{period} is not between 1 and {most}"
    if not 1 <= timeout <= period:
        yield f"{where}.timeoutSeconds", f"{timeout} is not between 1 and the period, {period}"
    if probe.get("failureThreshold", 3) < 1:
        yield f"{where}.failureThreshold", "at least one failure"


def scaling_fits(inputs: Mapping[str, Any]) -> Problems:
    """The least number of instances is not more than the largest, and the shares of traffic make a whole."""
    least, most = (one(inputs, f"template.scaling.{name}InstanceCount") for name in ("min", "max"))
    if least is not None and most is not None and least > most:
        yield "template.scaling.minInstanceCount", f"{least} is more than the maximum, {most}"
    shares = [share for _, share in at(inputs, "traffics[*].percent")]
    if shares and sum(shares) != 100:
        yield "traffics", f"the shares of traffic make {sum(shares)}, not 100"


def network_fits(inputs: Mapping[str, Any]) -> Problems:
    """Either a connector or one interface in a network."""
    access = one(inputs, "template.vpcAccess") or {}
    interfaces = access.get("networkInterfaces") or []
    if interfaces and access.get("connector"):
        yield "template.vpcAccess.connector", "either a connector or network interfaces"
    if len(interfaces) > 1:
        yield "template.vpcAccess.networkInterfaces", "one network interface"
    for index, interface in enumerate(interfaces):
        if "network" not in interface and "subnetwork" not in interface:
            yield f"template.vpcAccess.networkInterfaces[{index}]", "a network or a subnetwork"
