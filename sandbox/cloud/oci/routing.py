"""OCI Networking: route tables and the service gateway.

https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/managingroutetables.htm
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import holds, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci.network import AVAILABLE, IN_VCN, ROUTES, VCN
from sandbox.cloud.oci.placement import REGION_KEYS, beside, kind_of, of_kind
from sandbox.cloud.resource_type import Invoke, Reference, ResourceType
from sandbox.cloud.value import at

GATEWAY: Final = "oci:Core/serviceGateway:ServiceGateway"
_MOST_RULES: Final = 200


def services_of(region: str) -> Mapping[str, str]:
    """Oracle's services in a region: CIDR label to the service's id."""
    key = REGION_KEYS.get(region, "xxx")
    labels = (f"oci-{key}-objectstorage", f"all-{key}-services-in-oracle-services-network")
    return {label: f"ocid1.service.oc1.{region}.{label.replace('-', '')}" for label in labels}


def _services(_arguments: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    found = [
        {"id": identifier, "cidrBlock": label, "name": label.replace("-", " "), "description": label}
        for label, identifier in services_of(context.place["region"]).items()
    ]
    return {"id": "services", "services": found}


INVOKES: Final[Mapping[str, Invoke]] = {"oci:Core/getServices:getServices": _services}


def _service_known(context: Context) -> str | None:
    known = services_of(context.place["region"]).values()
    for service in context["services"] if context.writing else ():
        if service["serviceId"] not in known:
            return f"404-NotAuthorizedOrNotFound: there is no service {service['serviceId']}"
    return None


def _only_gateway(context: Context) -> str | None:
    """A network has one service gateway at most."""
    for other in context.objects(GATEWAY) if context.operation == "create" else ():
        if other.get("vcnId") == context["vcnId"]:
            return f"409-Conflict: {context['vcnId']} already has the service gateway {other.id}"
    return None


def _named_services(context: Context) -> list[Mapping[str, Any]]:
    labels = {identifier: label for label, identifier in services_of(context.place["region"]).items()}
    return [
        {"serviceId": one["serviceId"], "serviceName": labels.get(one["serviceId"], "").replace("-", " ")}
        for one in context["services"]
    ]


def _rules_fit(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the rules show by themselves: each destination once, and each target for what it is for.

    An internet gateway has no place beside the way to all services; a NAT gateway has.
    https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/servicegateway.htm
    """
    rules = inputs.get("routeRules") or []
    if len(rules) > _MOST_RULES:
        yield "routeRules", f"InvalidParameter: at most {_MOST_RULES} route rules"
    kinds = {kind_of(str(rule["networkEntityId"])) for rule in rules}
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        where, destination = f"routeRules[{index}]", rule.get("destination") or rule.get("cidrBlock")
        if destination is None or (rule.get("destination") is None) != (rule.get("destinationType") is None):
            yield f"{where}.destination", "InvalidParameter: a rule has a destination with its type"
            continue
        if destination in seen:
            yield f"{where}.destination", f"InvalidParameter: there is already a rule to {destination}"
        seen.add(destination)
        to_services = rule.get("destinationType") == "SERVICE_CIDR_BLOCK"
        if to_services != (kind_of(rule["networkEntityId"]) == "servicegateway"):
            yield (
                f"{where}.networkEntityId",
                "InvalidParameter: a service gateway is the target for services, and only for them",
            )
        if to_services and destination.startswith("all-") and "internetgateway" in kinds:
            yield (
                f"{where}.networkEntityId",
                "InvalidParameter: an internet gateway can't be used together with a service gateway for all services",
            )


def labels_known(context: Context) -> str | None:
    """A route or rule to Oracle's services names a label of this region."""
    known = services_of(context.place["region"])
    for _, rule in [("", context.inputs), *at(context.inputs, "routeRules[*]")] if context.writing else ():
        for end in ("destination", "source"):
            if rule.get(f"{end}Type") == "SERVICE_CIDR_BLOCK" and rule.get(end) not in known:
                return f"400-InvalidParameter: {rule.get(end)} is no service of {context.place['region']}"
    return None


def _labels_enabled(context: Context) -> str | None:
    """A rule leads to a label that its gateway has enabled."""
    for _, rule in at(context.inputs, "routeRules[*]") if context.writing else ():
        gateway = context.find(rule["networkEntityId"], GATEWAY)
        wanted = services_of(context.place["region"]).get(rule.get("destination", ""))
        if gateway and wanted not in {service["serviceId"] for service in gateway.get("services")}:
            return f"400-InvalidParameter: {gateway.id} does not serve {rule['destination']}"
    return None


def _default_beside(context: Context) -> str | None:
    """The gateways of a default table lie in its own network."""
    vcn = context.find(context["manageDefaultResourceId"], VCN)
    for _, name in at(context.inputs, "routeRules[*].networkEntityId") if context.writing else ():
        gateway = context.find(name, GATEWAY)
        if gateway and vcn and gateway.get("vcnId") != vcn.id:
            return f"400-InvalidParameter: {name} is not in {vcn.id}"
    return None


_RULES: Final = (one_of("routeRules[*].destinationType", ("CIDR_BLOCK", "SERVICE_CIDR_BLOCK")), _rules_fit)
_TO: Final = Reference("routeRules[*].networkEntityId", GATEWAY, blocks_deletion=True)
_SOURCES: Final = ("https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/servicegateway.htm",)
_SPOTS: Final = ("Targets other than a service gateway have no row and are refused as not there.",)

TYPES: Final = (
    ResourceType(
        token="oci:Core/defaultRouteTable:DefaultRouteTable",
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/managingroutetables.htm",
        id="{manageDefaultResourceId}",
        computed=AVAILABLE,
        replace_on=("manageDefaultResourceId",),
        references=(Reference("manageDefaultResourceId", VCN), _TO),
        checks=(of_kind("manageDefaultResourceId", "routetable"), *_RULES),
        guards=(labels_known, _labels_enabled, _default_beside),
        unordered=("routeRules",),
        sources=_SOURCES,
        blind_spots=(*_SPOTS, "What becomes of the table when it is given up is not imitated."),
    ),
    ResourceType(
        token=GATEWAY,
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/servicegateway.htm",
        id=ocid("servicegateway"),
        computed={**AVAILABLE, "blockTraffic": same(value=False), "services": _named_services},
        in_use="409-Conflict",
        replace_on=("vcnId",),
        references=(IN_VCN, Reference("routeTableId", (ROUTES, VCN), blocks_deletion=True)),
        checks=(
            holds("services", lambda services: len(services) <= 1, "InvalidParameter: one service label a gateway"),
            of_kind("routeTableId", "routetable"),
        ),
        guards=(_service_known, _only_gateway, beside("routeTableId", ROUTES, VCN)),
        unordered=("services",),
        blind_spots=("A label that a route still names can be disabled here.",),
    ),
    ResourceType(
        token=ROUTES,
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/managingroutetables.htm",
        id=ocid("routetable"),
        computed=AVAILABLE,
        in_use="409-Conflict",
        replace_on=("vcnId",),
        references=(IN_VCN, _TO),
        checks=_RULES,
        guards=(labels_known, _labels_enabled, beside("routeRules[*].networkEntityId", GATEWAY)),
        unordered=("routeRules",),
        sources=_SOURCES,
        blind_spots=_SPOTS,
    ),
)
