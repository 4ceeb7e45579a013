"""What holds for all of the sandbox's OCI, and short ways to make what the tests of its parts need first."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from pulumi.runtime.proto import provider_pb2

from sandbox.cloud import value
from sandbox.cloud.oci import PACKAGE
from sandbox.cloud.oci.placement import domain_of
from sandbox.cloud.server import Server
from tests.sandbox.conftest import Caller

TENANCY: Final = "ocid1.tenancy.oc1..town"
COMPARTMENT: Final = "ocid1.compartment.oc1..town"
REGION: Final = "ap-tokyo-1"
OSAKA: Final = "ap-osaka-1"
DOMAIN: Final = domain_of(REGION)
VAULT: Final = "oci:Kms/vault:Vault"
KEY: Final = "oci:Kms/key:Key"
POLICY: Final = "oci:Identity/policy:Policy"
DYNAMIC_GROUP: Final = "oci:Identity/dynamicGroup:DynamicGroup"
BUCKET: Final = "oci:ObjectStorage/bucket:Bucket"
LOG_GROUP: Final = "oci:Logging/logGroup:LogGroup"
LOG: Final = "oci:Logging/log:Log"
CONNECTOR: Final = "oci:Sch/connector:Connector"
VCN: Final = "oci:Core/vcn:Vcn"
SUBNET: Final = "oci:Core/subnet:Subnet"
NSG: Final = "oci:Core/networkSecurityGroup:NetworkSecurityGroup"
RULE: Final = "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule"
GATEWAY: Final = "oci:Core/serviceGateway:ServiceGateway"
ROUTES: Final = "oci:Core/routeTable:RouteTable"
DEFAULT_ROUTES: Final = "oci:Core/defaultRouteTable:DefaultRouteTable"
DEFAULT_LIST: Final = "oci:Core/defaultSecurityList:DefaultSecurityList"
VAULT_SECRET: Final = "oci:Vault/secret:Secret"
CONFIGURATION: Final = "oci:Psql/configuration:Configuration"
SYSTEM: Final = "oci:Psql/dbSystem:DbSystem"
REPOSITORY: Final = "oci:Artifacts/containerRepository:ContainerRepository"
INSTANCE: Final = "oci:ContainerEngine/containerInstance:ContainerInstance"
BALANCER: Final = "oci:LoadBalancer/loadBalancer:LoadBalancer"
BACKENDS: Final = "oci:LoadBalancer/backendSet:BackendSet"
BACKEND: Final = "oci:LoadBalancer/backend:Backend"
LISTENER: Final = "oci:LoadBalancer/listener:Listener"
SERVICES: Final = "all-nrt-services-in-oracle-services-network"
CONFIGURED: Final = {"tenancyOcid": TENANCY, "region": REGION}
NAMESPACE: Final = PACKAGE.place(CONFIGURED)["namespace"]
PLACED: Final = {"compartmentId": COMPARTMENT, "displayName": "it"}
CHECKER: Final = {"protocol": "HTTP", "urlPath": "/health"}


class Town:
    """A compartment with short ways to make what a test needs first."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self._policies = count(1)

    def make(self, token: str, called: str = "it", /, **inputs: Any) -> tuple[str, dict[str, Any]]:
        id_, outputs = self.caller.create(token, inputs, name=called)
        return id_, outputs

    def made(self, token: str, called: str = "it", /, **inputs: Any) -> dict[str, Any]:
        id_, outputs = self.make(token, called, **inputs)
        return {**outputs, "id": id_}

    def refused(self, token: str, called: str = "it", /, **inputs: Any) -> str:
        return self.caller.refusal(self.caller.create, token, inputs, name=called)

    def refusal_of_update(self, token: str, made: tuple[str, dict[str, Any]], /, **inputs: Any) -> str:
        return self.caller.refusal(self.caller.update, token, *made, inputs)

    def refusal_of_delete(self, token: str, id_: str) -> str:
        return self.caller.refusal(self.caller.delete, token, id_)

    def paths(self, token: str, /, **inputs: Any) -> list[str]:
        """The properties that Check refuses."""
        return [path for path, _ in self.caller.check(token, inputs)[1]]

    def lookup(self, token: str, **arguments: Any) -> dict[str, Any]:
        answer = self.caller.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=value.to_struct(arguments)))
        return value.from_struct(getattr(answer, "return"))

    def vault(self, vault_type: str = "VIRTUAL_PRIVATE", called: str = "it") -> dict[str, Any]:
        return self.made(VAULT, called, compartmentId=COMPARTMENT, displayName="vault", vaultType=vault_type)

    def key(self, **inputs: Any) -> dict[str, Any]:
        return self.made(KEY, **key_of(self.vault(), **inputs))

    def admit(self, who: str, what: str, where: str = "") -> str:
        """A policy of one statement; `where` is what follows the compartment."""
        text = f"Allow {who} to {what} in compartment id {COMPARTMENT}{where}"
        return self.make(POLICY, f"admit-{next(self._policies)}", **policy(text))[0]

    def network(self, called: str = "it", cidr: str = "10.0.0.0/16", **inputs: Any) -> dict[str, Any]:
        return self.made(
            VCN, called, **{"compartmentId": COMPARTMENT, "cidrBlocks": [cidr], "dnsLabel": "town", **inputs}
        )

    def subnet(self, called: str = "it", cidr: str = "10.0.1.0/24", **inputs: Any) -> dict[str, Any]:
        vcn = inputs.pop("vcnId", None) or self.network()["id"]
        closed = {"prohibitPublicIpOnVnic": True}
        return self.made(SUBNET, called, compartmentId=COMPARTMENT, vcnId=vcn, cidrBlock=cidr, **{**closed, **inputs})

    def group(self, vcn: str) -> str:
        return self.make(NSG, compartmentId=COMPARTMENT, vcnId=vcn)[0]

    def gateway(self, vcn: str) -> str:
        service = [{"serviceId": service_id(SERVICES)}]
        return self.make(GATEWAY, compartmentId=COMPARTMENT, vcnId=vcn, services=service)[0]

    def balancer(self, **inputs: Any) -> str:
        return self.make(BALANCER, **{**balancer_in(self.subnet()["id"]), **inputs})[0]


def service_id(label: str, region: str = REGION) -> str:
    return f"ocid1.service.oc1.{region}.{label.replace('-', '')}"


def key_of(vault: dict[str, Any], **inputs: Any) -> dict[str, Any]:
    given = {"compartmentId": COMPARTMENT, "displayName": "key", "keyShape": {"algorithm": "AES", "length": 32}}
    return {**given, "managementEndpoint": vault["managementEndpoint"], **inputs}


def policy(*texts: str, compartment: str = COMPARTMENT) -> dict[str, Any]:
    return {"compartmentId": compartment, "description": "test", "statements": list(texts)}


def group(rule: str = "ALL {resource.type = 'computecontainerinstance'}", compartment: str = TENANCY) -> dict[str, Any]:
    return {"compartmentId": compartment, "description": "test", "matchingRule": rule}


def bucket(**inputs: Any) -> dict[str, Any]:
    return {"compartmentId": COMPARTMENT, "namespace": NAMESPACE, **inputs}


def retained(amount: str, **more: Any) -> list[dict[str, Any]]:
    return [{"displayName": "rule", "duration": {"timeAmount": amount, "timeUnit": "DAYS"}, **more}]


def in_days(days: float) -> str:
    return f"{datetime.now(tz=UTC) + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def secret_of(key: dict[str, Any], **inputs: Any) -> dict[str, Any]:
    given = {"compartmentId": COMPARTMENT, "vaultId": key["vaultId"], "keyId": key["id"], "secretName": "password"}
    return {**given, "secretContent": {"contentType": "BASE64", "content": "eA=="}, **inputs}


def storage(**more: Any) -> dict[str, Any]:
    return {"isRegionallyDurable": False, "availabilityDomain": DOMAIN, "systemType": "OCI_OPTIMIZED_STORAGE", **more}


def system(subnet: str, **inputs: Any) -> dict[str, Any]:
    return {
        "compartmentId": COMPARTMENT,
        "displayName": "ledger",
        "dbVersion": "16",
        "shape": "VM.Standard.E5.Flex",
        "systemType": "OCI_OPTIMIZED_STORAGE",
        "instanceCount": 2,
        "networkDetails": {"subnetId": subnet},
        "storageDetails": storage(),
        "credentials": {"username": "town", "passwordDetails": {"passwordType": "PLAIN_TEXT", "password": "Word-1"}},
        **inputs,
    }


def instance(subnet: str, **inputs: Any) -> dict[str, Any]:
    return {
        "compartmentId": COMPARTMENT,
        "availabilityDomain": DOMAIN,
        "faultDomain": "FAULT-DOMAIN-1",
        "shape": "CI.Standard.E4.Flex",
        "shapeConfig": {"ocpus": 1, "memoryInGbs": 4},
        "containers": [{"imageUrl": "example.com/app@sha256:0"}],
        "vnics": [{"subnetId": subnet, "isPublicIpAssigned": False}],
        **inputs,
    }


def balancer_in(subnet: str) -> dict[str, Any]:
    return {
        "compartmentId": COMPARTMENT,
        "displayName": "front",
        "shape": "flexible",
        "shapeDetails": {"minimumBandwidthInMbps": 10, "maximumBandwidthInMbps": 100},
        "isPrivate": True,
        "subnetIds": [subnet],
    }


def rule(nsg: str, **inputs: Any) -> dict[str, Any]:
    given = {"direction": "INGRESS", "protocol": "6", "source": "10.9.0.0/16", "sourceType": "CIDR_BLOCK"}
    return {"networkSecurityGroupId": nsg, **given, **inputs}


@contextmanager
def callers(state: Path, region: str = REGION) -> Iterator[Caller]:
    """A caller of a cloud of its own, for the fixtures of each file."""
    running = Server(state, (PACKAGE,))
    found = Caller(running.ports["oci"], tenancyOcid=TENANCY, region=region)
    yield found
    found.close()
    running.stop()


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def test_ids_are_ocids_of_their_kind_and_place(town: Town) -> None:
    key, subnet = town.key(), town.subnet()
    assert re.fullmatch(r"ocid1\.key\.oc1\.ap-tokyo-1\.a{4}[a-z2-7]{56}", key["id"])
    assert re.fullmatch(r"ocid1\.subnet\.oc1\.ap-tokyo-1\.a{4}[a-z2-7]{56}", subnet["id"])
    assert re.fullmatch(r"ocid1\.dynamicgroup\.oc1\.\.a{4}[a-z2-7]{56}", town.make(DYNAMIC_GROUP, **group())[0])
    assert town.make(BUCKET, **bucket(name="records"))[0] == f"n/{NAMESPACE}/b/records"


def test_lookups_tell_the_home_region_the_domain_the_services_and_the_namespace(town: Town) -> None:
    regions = town.lookup("oci:Identity/getRegionSubscriptions:getRegionSubscriptions", tenancyId=TENANCY)
    assert [one["regionName"] for one in regions["regionSubscriptions"] if one["isHomeRegion"]] == [REGION]
    domains = town.lookup("oci:Identity/getAvailabilityDomains:getAvailabilityDomains", compartmentId=TENANCY)
    assert [one["name"] for one in domains["availabilityDomains"]] == [DOMAIN]
    services = town.lookup("oci:Core/getServices:getServices")["services"]
    assert {one["cidrBlock"]: one["id"] for one in services} == {
        label: service_id(label) for label in ("oci-nrt-objectstorage", SERVICES)
    }
    assert town.lookup("oci:ObjectStorage/getNamespace:getNamespace")["namespace"] == NAMESPACE


@pytest.mark.parametrize(
    ("compartment", "words"),
    [
        ("ocid1.vcn.oc1.ap-tokyo-1.a", "is no OCID of a compartment"),
        ("town", "is no OCID of a compartment"),
        ("ocid1.tenancy.oc1..village", "is another tenancy"),
    ],
)
def test_everything_lies_in_a_compartment_or_in_the_own_root(town: Town, compartment: str, words: str) -> None:
    for token, inputs in ((LOG_GROUP, {"displayName": "logs"}), (BUCKET, bucket(name="records"))):
        assert words in town.refused(token, **{**inputs, "compartmentId": compartment})
        assert town.make(token, **{**inputs, "compartmentId": TENANCY})


def test_the_time_of_creation_is_that_of_the_creation_and_stays(town: Town) -> None:
    asked = {"compartmentId": COMPARTMENT, "displayName": "logs"}
    before = datetime.now(tz=UTC).replace(microsecond=0)
    made = town.make(LOG_GROUP, **asked)
    told = datetime.strptime(made[1]["timeCreated"], "%Y-%m-%d %H:%M:%S +0000 UTC").replace(tzinfo=UTC)
    assert before <= told <= datetime.now(tz=UTC)
    assert town.caller.update(LOG_GROUP, *made, {**asked, "description": "a"})["timeCreated"] == made[1]["timeCreated"]
