"""What the sandbox's OCI refuses, as the cloud does, and the shape of what it gives back."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from pulumi.runtime.proto import provider_pb2

from sandbox.cloud import drift, value
from sandbox.cloud.oci import PACKAGE
from sandbox.cloud.server import Server
from tests.sandbox.conftest import Caller

TENANCY: Final = "ocid1.tenancy.oc1..town"
COMPARTMENT: Final = "ocid1.compartment.oc1..town"
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
VAULT_SECRET: Final = "oci:Vault/secret:Secret"
CONFIGURATION: Final = "oci:Psql/configuration:Configuration"
SYSTEM: Final = "oci:Psql/dbSystem:DbSystem"
REPOSITORY: Final = "oci:Artifacts/containerRepository:ContainerRepository"
INSTANCE: Final = "oci:ContainerEngine/containerInstance:ContainerInstance"
BALANCER: Final = "oci:LoadBalancer/loadBalancer:LoadBalancer"
BACKENDS: Final = "oci:LoadBalancer/backendSet:BackendSet"
BACKEND: Final = "oci:LoadBalancer/backend:Backend"
LISTENER: Final = "oci:LoadBalancer/listener:Listener"


class Town:
    """A compartment with short ways to make what a test needs first."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    def make(self, token: str, called: str = "it", **inputs: Any) -> tuple[str, dict[str, Any]]:
        id_, outputs = self.caller.create(token, inputs, name=called)
        return id_, outputs

    def refused(self, token: str, called: str = "it", **inputs: Any) -> str:
        return self.caller.refusal(self.caller.create, token, inputs, name=called)

    def failures(self, token: str, **inputs: Any) -> set[str]:
        """The properties that Check refuses, the others as they must be."""
        return {path for path, _ in self.caller.check(token, {**WHOLE[token], **inputs})[1]}

    def lookup(self, token: str, **arguments: Any) -> dict[str, Any]:
        answer = self.caller.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=value.to_struct(arguments)))
        return value.from_struct(getattr(answer, "return"))

    def vault(self, vault_type: str = "VIRTUAL_PRIVATE") -> dict[str, Any]:
        return self.made(VAULT, compartmentId=COMPARTMENT, displayName="vault", vaultType=vault_type)

    def key(self) -> dict[str, Any]:
        return self.made(KEY, **key_of(self.vault()))

    def made(self, token: str, called: str = "it", **inputs: Any) -> dict[str, Any]:
        id_, outputs = self.make(token, called, **inputs)
        return {**outputs, "id": id_}

    def admit(self, subject: str, key: str, more: str = "") -> None:
        text = (
            f"Allow {subject} to use keys in compartment id {COMPARTMENT} where all {{target.key.id = '{key}'{more}}}"
        )
        self.make(POLICY, **policy(text), name=f"admit-{subject.split()[-1]}")

    def network(self) -> dict[str, Any]:
        return self.made(VCN, compartmentId=COMPARTMENT, cidrBlocks=["10.0.0.0/16"], dnsLabel="town")

    def subnet(self, called: str = "it", cidr: str = "10.0.1.0/24", **inputs: Any) -> dict[str, Any]:
        vcn = inputs.pop("vcnId", None) or self.network()["id"]
        closed = {"prohibitPublicIpOnVnic": True, "prohibitInternetIngress": True}
        return self.made(SUBNET, called, compartmentId=COMPARTMENT, vcnId=vcn, cidrBlock=cidr, **{**closed, **inputs})

    def balancer(self, **inputs: Any) -> str:
        return self.make(BALANCER, **{**balancer_in(self.subnet()["id"]), **inputs})[0]


def key_of(vault: dict[str, Any], **inputs: Any) -> dict[str, Any]:
    rotation = {"isAutoRotationEnabled": True, "autoKeyRotationDetails": {"rotationIntervalInDays": 90}}
    given = {"compartmentId": COMPARTMENT, "displayName": "key", "keyShape": {"algorithm": "AES", "length": 32}}
    return {**given, "managementEndpoint": vault["managementEndpoint"], **rotation, **inputs}


def policy(*texts: str, compartment: str = COMPARTMENT) -> dict[str, Any]:
    return {"compartmentId": compartment, "description": "test", "statements": list(texts)}


def group(rule: str = "ALL {resource.type = 'computecontainerinstance'}", compartment: str = TENANCY) -> dict[str, Any]:
    return {"compartmentId": compartment, "description": "test", "matchingRule": rule}


def bucket(**inputs: Any) -> dict[str, Any]:
    return {"compartmentId": COMPARTMENT, "namespace": PACKAGE.place(CONFIGURED)["namespace"], **inputs}


def retained(amount: str, **more: Any) -> list[dict[str, Any]]:
    return [{"displayName": "rule", "duration": {"timeAmount": amount, "timeUnit": "DAYS"}, **more}]


def system(subnet: str, **inputs: Any) -> dict[str, Any]:
    return {
        "compartmentId": COMPARTMENT,
        "displayName": "ledger",
        "dbVersion": "16",
        "shape": "VM.Standard.E5.Flex",
        "systemType": "OCI_OPTIMIZED_STORAGE",
        "instanceCount": 2,
        "networkDetails": {"subnetId": subnet},
        "storageDetails": {
            "isRegionallyDurable": False,
            "availabilityDomain": "AD-1",
            "systemType": "OCI_OPTIMIZED_STORAGE",
        },
        "credentials": {
            "username": "town",
            "passwordDetails": {"passwordType": "PLAIN_TEXT", "password": "Secret-word-1"},
        },
        **inputs,
    }


def instance(subnet: str, **inputs: Any) -> dict[str, Any]:
    return {
        "compartmentId": COMPARTMENT,
        "availabilityDomain": "AD-1",
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


def service_log(log_group: str, service: str, category: str, resource: str) -> dict[str, Any]:
    source = {"sourceType": "OCISERVICE", "service": service, "category": category, "resource": resource}
    return {
        "displayName": f"{service}-{category}",
        "logGroupId": log_group,
        "logType": "SERVICE",
        "retentionDuration": 180,
        "configuration": {"compartmentId": COMPARTMENT, "source": source},
    }


PLACED: Final = {"compartmentId": COMPARTMENT, "displayName": "it"}
CHECKER: Final = {"protocol": "HTTP", "urlPath": "/health"}
WHOLE: Final[dict[str, dict[str, Any]]] = {
    VAULT: {**PLACED, "vaultType": "DEFAULT"},
    KEY: {**PLACED, "managementEndpoint": "https://x", "keyShape": {"algorithm": "AES", "length": 32}},
    POLICY: {},
    DYNAMIC_GROUP: {},
    BUCKET: {},
    LOG: {"displayName": "it", "logGroupId": "g"},
    VCN: PLACED,
    SUBNET: {**PLACED, "vcnId": "v"},
    RULE: {"networkSecurityGroupId": "n", "protocol": "6"},
    VAULT_SECRET: {"compartmentId": COMPARTMENT, "vaultId": "v", "keyId": "k", "secretName": "it"},
    SYSTEM: system("s"),
    REPOSITORY: PLACED,
    INSTANCE: instance("s"),
    BALANCER: balancer_in("s"),
    BACKENDS: {"loadBalancerId": "b", "policy": "ROUND_ROBIN"},
    LISTENER: {"loadBalancerId": "b", "defaultBackendSetName": "set", "port": 443},
}
"""Inputs of each type that the cloud's own checks accept: what a test leaves out."""
CONFIGURED: Final = {"tenancyOcid": TENANCY, "region": "ap-tokyo-1"}


@pytest.fixture
def running(state: Path) -> Iterator[Server]:
    server = Server(state, (PACKAGE,))
    yield server
    server.stop()


@pytest.fixture
def town(running: Server) -> Iterator[Town]:
    caller = Caller(running.ports["oci"], **CONFIGURED)
    yield Town(caller)
    caller.close()


def test_ids_are_ocids_of_their_kind_and_place(town: Town) -> None:
    key, subnet = town.key(), town.subnet()
    assert re.fullmatch(r"ocid1\.key\.oc1\.ap-tokyo-1\.a{4}[a-z2-7]{56}", key["id"])
    assert re.fullmatch(r"ocid1\.subnet\.oc1\.ap-tokyo-1\.a{4}[a-z2-7]{56}", subnet["id"])
    assert re.fullmatch(r"ocid1\.dynamicgroup\.oc1\.\.a{4}[a-z2-7]{56}", town.make(DYNAMIC_GROUP, **group())[0])
    assert town.make(BUCKET, **bucket(name="records"))[0] == f"n/{bucket()['namespace']}/b/records"


def test_lookups_tell_the_home_region_the_services_and_the_namespace(town: Town) -> None:
    regions = town.lookup("oci:Identity/getRegionSubscriptions:getRegionSubscriptions", tenancyId=TENANCY)
    assert [one["regionName"] for one in regions["regionSubscriptions"] if one["isHomeRegion"]] == ["ap-tokyo-1"]
    services = town.lookup("oci:Core/getServices:getServices")["services"]
    assert {one["cidrBlock"] for one in services} == {
        "oci-nrt-objectstorage",
        "all-nrt-services-in-oracle-services-network",
    }
    assert town.lookup("oci:ObjectStorage/getNamespace:getNamespace")["namespace"] == bucket()["namespace"]


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (VAULT, {"vaultType": "CHEAP"}, "vaultType"),
        (
            KEY,
            {"autoKeyRotationDetails": {"rotationIntervalInDays": 59}},
            "autoKeyRotationDetails.rotationIntervalInDays",
        ),
        (KEY, {"isAutoRotationEnabled": True}, "autoKeyRotationDetails"),
        (POLICY, policy("Allow everybody everything"), "statements[0]"),
        (POLICY, policy("Allow any-user to read buckets in tenancy"), "statements[0]"),
        (DYNAMIC_GROUP, group("everything"), "matchingRule"),
        (BUCKET, bucket(accessType="Open"), "accessType"),
        (BUCKET, bucket(versioning="Enabled", retentionRules=retained("1")), "versioning"),
        (BUCKET, bucket(retentionRules=retained("0")), "retentionRules[0].duration.timeAmount"),
        (BUCKET, bucket(name="with space"), "name"),
        (LOG, {"logType": "SERVICE"}, "configuration"),
        (LOG, {"logType": "CUSTOM", "retentionDuration": 365}, "retentionDuration"),
        (VCN, {"cidrBlocks": ["10.0.0.0/15"]}, "cidrBlocks[0]"),
        (VCN, {"dnsLabel": "with-hyphen"}, "dnsLabel"),
        (SUBNET, {"cidrBlock": "10.0.0.0/31"}, "cidrBlock"),
        (RULE, {"direction": "EGRESS", "protocol": "6", "destination": "10.0.0.0/8"}, "destinationType"),
        (RULE, {"direction": "INGRESS", "source": "a", "sourceType": "CIDR_BLOCK", "destination": "b"}, "destination"),
        (VAULT_SECRET, {"secretContent": {"contentType": "BASE64", "content": "not base64!"}}, "secretContent.content"),
        (
            SYSTEM,
            {"storageDetails": {"isRegionallyDurable": False, "systemType": "x"}},
            "storageDetails.availabilityDomain",
        ),
        (
            SYSTEM,
            {"storageDetails": {"isRegionallyDurable": True, "availabilityDomain": "AD-1", "systemType": "x"}},
            "storageDetails.availabilityDomain",
        ),
        (
            SYSTEM,
            {"managementPolicy": {"pitrPolicy": {"kind": "STANDARD", "restoreDays": 36}}},
            "managementPolicy.pitrPolicy.restoreDays",
        ),
        (
            SYSTEM,
            {"credentials": {"username": "u", "passwordDetails": {"passwordType": "VAULT_SECRET", "secretId": "s"}}},
            "credentials.passwordDetails",
        ),
        (REPOSITORY, {"displayName": "Upper/Case"}, "displayName"),
        (INSTANCE, {"shapeConfig": {"ocpus": 1, "memoryInGbs": 65}}, "shapeConfig.memoryInGbs"),
        (INSTANCE, {"faultDomain": "FAULT-DOMAIN-4"}, "faultDomain"),
        (BALANCER, {"shape": "100Mbps"}, "shape"),
        (BALANCER, {"shapeDetails": None}, "shapeDetails"),
        (BACKENDS, {"healthChecker": {"protocol": "HTTP"}}, "healthChecker.urlPath"),
        (LISTENER, {"protocol": "HTTP", "sslConfiguration": {"protocols": ["SSLv3"]}}, "sslConfiguration.protocols[0]"),
    ],
)
def test_a_value_that_the_cloud_does_not_take_is_named_before_anything_is_made(
    town: Town, token: str, inputs: dict[str, Any], path: str
) -> None:
    assert town.failures(token, **inputs) == {path}


def test_identity_resources_change_in_the_home_region_only(running: Server) -> None:
    osaka = Caller(running.ports["oci"], tenancyOcid=TENANCY, region="ap-osaka-1")
    assert "home region ap-tokyo-1" in osaka.refusal(osaka.create, DYNAMIC_GROUP, group())
    osaka.close()


def test_a_dynamic_group_lies_in_the_root_and_must_be_there_before_a_statement_names_it(town: Town) -> None:
    assert "root compartment" in town.refused(DYNAMIC_GROUP, **group(compartment=COMPARTMENT))
    text = f"Allow dynamic-group town to read repos in compartment id {COMPARTMENT}"
    assert "town does not exist" in town.refused(POLICY, **policy(text))
    town.make(DYNAMIC_GROUP, **group(), name="town")
    assert town.make(POLICY, **policy(text))[1]["statements"] == [text]


def test_a_key_rotates_by_itself_only_in_a_virtual_private_vault(town: Town) -> None:
    assert "virtual private vault" in town.refused(KEY, **key_of(town.vault("DEFAULT")))
    assert "does not exist" in town.refused(KEY, **key_of({"managementEndpoint": "https://nowhere"}))


def test_a_service_needs_its_admission_to_the_key_first(town: Town) -> None:
    key, subnet = town.key(), town.subnet()["id"]
    encrypted = {"isRegionallyDurable": False, "availabilityDomain": "AD-1", "systemType": "x", "kmsKeyId": key["id"]}
    secret = {
        "compartmentId": COMPARTMENT,
        "vaultId": key["vaultId"],
        "keyId": key["id"],
        "secretName": "password",
        "secretContent": {"contentType": "BASE64", "content": "eA=="},
    }
    assert "KmsKeyNotAuthorized" in town.refused(BUCKET, **bucket(kmsKeyId=key["id"]))
    assert "KmsKeyNotAuthorized" in town.refused(VAULT_SECRET, **secret)
    assert "KmsKeyNotAuthorized" in town.refused(SYSTEM, **system(subnet, storageDetails=encrypted))
    town.admit("service objectstorage-ap-osaka-1", key["id"])
    assert "KmsKeyNotAuthorized" in town.refused(BUCKET, **bucket(kmsKeyId=key["id"]))
    town.admit("service objectstorage-ap-tokyo-1", key["id"])
    town.admit("service VaultSecret", key["id"])
    town.admit("any-user", key["id"], ", request.principal.type = 'postgresqldbsystem'")
    assert town.make(BUCKET, **bucket(kmsKeyId=key["id"]))
    assert town.make(VAULT_SECRET, **secret)
    assert town.make(SYSTEM, **system(subnet, storageDetails=encrypted))


def test_a_deleted_secrets_name_stays_taken(town: Town) -> None:
    key = town.key()
    town.admit("service VaultSecret", key["id"])
    content = {"contentType": "BASE64", "content": "eA=="}
    secret = {"compartmentId": COMPARTMENT, "vaultId": key["vaultId"], "keyId": key["id"], "secretName": "password"}
    made = town.make(VAULT_SECRET, **secret, secretContent=content)[0]
    town.caller.delete(VAULT_SECRET, made)
    assert "password" in town.refused(VAULT_SECRET, **secret, secretContent=content)


def test_a_bucket_goes_only_when_it_is_empty_and_a_locked_rule_only_grows(town: Town, state: Path) -> None:
    locked = bucket(name="records", retentionRules=retained("30", timeRuleLocked="2027-01-01T00:00:00Z"))
    made, outputs = town.make(BUCKET, **locked)
    for shorter in (retained("29"), []):
        asked = {**locked, "retentionRules": shorter}
        assert "RetentionRuleLocked" in town.caller.refusal(town.caller.update, BUCKET, made, outputs, asked)
    longer = {**locked, "retentionRules": retained("31", timeRuleLocked="2027-01-01T00:00:00Z")}
    assert town.caller.update(BUCKET, made, outputs, longer)["retentionRules"][0]["duration"]["timeAmount"] == "31"
    drift.put(state, made, "hidden.objects", 1)
    assert "BucketNotEmpty" in town.caller.refusal(town.caller.delete, BUCKET, made)


def test_bucket_names_are_one_space_in_the_namespace(town: Town) -> None:
    town.make(BUCKET, **bucket(name="records"))
    assert "records" in town.refused(BUCKET, **bucket(name="records"))
    assert "NamespaceNotFound" in town.refused(BUCKET, **{**bucket(), "namespace": "other"})


def test_a_log_is_unique_and_its_resource_is_there_and_its_group_stays_until_it_goes(town: Town) -> None:
    logs = town.make(LOG_GROUP, compartmentId=COMPARTMENT, displayName="logs")[0]
    assert "does not exist" in town.refused(LOG, **service_log(logs, "objectstorage", "read", "records"))
    town.make(BUCKET, **bucket(name="records"))
    assert "no log category" in town.refused(LOG, **service_log(logs, "objectstorage", "delete", "records"))
    log = town.make(LOG, **service_log(logs, "objectstorage", "read", "records"))[0]
    other = {**service_log(logs, "objectstorage", "read", "records"), "displayName": "other"}
    assert "already collects" in town.refused(LOG, **other)
    assert "still has the log" in town.caller.refusal(town.caller.delete, LOG_GROUP, logs)
    town.caller.delete(LOG, log)
    town.caller.delete(LOG_GROUP, logs)


def test_a_connector_takes_the_audit_trail_and_a_bucket_that_is_there(town: Town) -> None:
    source = {"kind": "logging", "logSources": [{"compartmentId": TENANCY, "logGroupId": "_Audit"}]}
    target = {"kind": "objectStorage", "bucket": "archive"}
    connector: dict[str, Any] = {
        "compartmentId": COMPARTMENT,
        "displayName": "copy",
        "source": source,
        "target": target,
    }
    assert "archive" in town.refused(CONNECTOR, **connector)
    store = town.make(BUCKET, **bucket(name="archive"))[0]
    town.make(CONNECTOR, **connector)
    assert "ocid1.serviceconnector" in town.caller.refusal(town.caller.delete, BUCKET, store)


def test_subnets_lie_inside_their_network_do_not_overlap_and_hold_it(town: Town) -> None:
    vcn = town.network()["id"]
    first = town.subnet(vcnId=vcn)["id"]
    assert "overlaps" in town.refused(SUBNET, compartmentId=COMPARTMENT, vcnId=vcn, cidrBlock="10.0.1.128/25")
    assert "outside" in town.refused(SUBNET, compartmentId=COMPARTMENT, vcnId=vcn, cidrBlock="10.1.0.0/24")
    assert first in town.caller.refusal(town.caller.delete, VCN, vcn)


def test_the_way_to_services_is_the_regions_own(town: Town) -> None:
    vcn = town.network()["id"]
    abroad = [{"serviceId": "ocid1.service.oc1.us-ashburn-1.x"}]
    assert "no service" in town.refused(GATEWAY, compartmentId=COMPARTMENT, vcnId=vcn, services=abroad)
    service = town.lookup("oci:Core/getServices:getServices")["services"][1]
    gateway = town.make(GATEWAY, compartmentId=COMPARTMENT, vcnId=vcn, services=[{"serviceId": service["id"]}])[0]
    hop = {"networkEntityId": gateway, "destinationType": "SERVICE_CIDR_BLOCK"}
    routes = {"compartmentId": COMPARTMENT, "vcnId": vcn}
    assert "no service" in town.refused(ROUTES, **routes, routeRules=[{**hop, "destination": "all-iad-services"}])
    town.make(ROUTES, **routes, routeRules=[{**hop, "destination": service["cidrBlock"]}])
    assert "ocid1.routetable" in town.caller.refusal(town.caller.delete, GATEWAY, gateway)


def test_a_rule_names_a_group_that_is_there(town: Town) -> None:
    nsg = town.make(NSG, compartmentId=COMPARTMENT, vcnId=town.network()["id"])[0]
    assert "does not exist" in town.refused(
        RULE, **rule(nsg, source="ocid1.networksecuritygroup.oc1..x", sourceType="NETWORK_SECURITY_GROUP")
    )
    assert town.make(RULE, **rule(nsg, source=nsg, sourceType="NETWORK_SECURITY_GROUP"))


def test_a_deny_policy_guards_a_database(town: Town) -> None:
    made = town.make(SYSTEM, **system(town.subnet()["id"]))[0]
    text = f"Deny any-user to manage postgres-db-systems in compartment id {COMPARTMENT} where request.operation = 'DeleteDbSystem'"
    guard = town.make(POLICY, **policy(text))[0]
    assert "deny policy" in town.caller.refusal(town.caller.delete, SYSTEM, made)
    town.caller.delete(POLICY, guard)
    town.caller.delete(SYSTEM, made)


def test_a_database_has_a_private_address_and_a_name_and_its_configuration_fits(town: Town) -> None:
    subnet = town.subnet()["id"]
    made = town.made(SYSTEM, **system(subnet))
    address = made["networkDetails"]["primaryDbEndpointPrivateIp"]
    endpoint = town.lookup("oci:Psql/getDbSystemConnectionDetail:getDbSystemConnectionDetail", dbSystemId=made["id"])
    assert address.startswith("10.0.1.")
    assert endpoint["primaryDbEndpoints"][0]["ipAddress"] == address
    assert endpoint["primaryDbEndpoints"][0]["fqdn"].endswith(".postgresql.ap-tokyo-1.oci.oraclecloud.com")
    older = town.make(
        CONFIGURATION,
        compartmentId=COMPARTMENT,
        displayName="older",
        dbVersion="15",
        shape="VM.Standard.E5.Flex",
        dbConfigurationOverrides={"items": []},
    )[0]
    assert "for version 15" in town.refused(SYSTEM, **system(subnet, configId=older))


@pytest.mark.parametrize("changed", [{"instanceCount": 1}, {"credentials": {"username": "other"}}])
def test_a_database_changes_its_node_count_and_credentials_only_by_replacement(
    town: Town, changed: dict[str, Any]
) -> None:
    asked = system("ocid1.subnet.oc1..x")
    assert list(town.caller.diff(SYSTEM, asked, {**asked, **changed}).replaces)


def test_a_container_instance_takes_images_from_repositories_that_are_there_and_tells_its_interface(town: Town) -> None:
    subnet = town.subnet()["id"]
    image = f"ocir.ap-tokyo-1.oci.oraclecloud.com/{bucket()['namespace']}/town/app@sha256:0"
    assert "no repository town/app" in town.refused(INSTANCE, **instance(subnet, containers=[{"imageUrl": image}]))
    town.make(REPOSITORY, compartmentId=COMPARTMENT, displayName="town/app")
    made = town.made(INSTANCE, **instance(subnet, containers=[{"imageUrl": image}]))
    vnic = town.lookup("oci:Core/getVnic:getVnic", vnicId=made["vnics"][0]["vnicId"])
    assert vnic["privateIpAddress"] == made["vnics"][0]["privateIp"]
    assert vnic["privateIpAddress"].startswith("10.0.1.")


def test_a_private_subnet_admits_no_public_address(town: Town) -> None:
    subnet = town.subnet()["id"]
    public = [{"subnetId": subnet, "isPublicIpAssigned": True}]
    assert "prohibits public addresses" in town.refused(INSTANCE, **instance(subnet, vnics=public))
    assert "is private" in town.refused(BALANCER, **{**balancer_in(subnet), "isPrivate": False})


def test_a_protected_load_balancer_is_not_deleted(town: Town) -> None:
    balancer = town.balancer(isDeleteProtectionEnabled=True)
    assert "delete protection" in town.caller.refusal(town.caller.delete, BALANCER, balancer)


def test_listeners_and_backends_need_their_set_and_one_port_has_one_choice_of_protocols(town: Town) -> None:
    balancer = town.balancer()
    backend: dict[str, Any] = {
        "loadBalancerId": balancer,
        "backendsetName": "set",
        "ipAddress": "10.0.1.9",
        "port": 8080,
    }
    tls = {"certificateIds": ["c"], "protocols": ["TLSv1.2", "TLSv1.3"]}
    listener: dict[str, Any] = {
        "loadBalancerId": balancer,
        "defaultBackendSetName": "set",
        "port": 443,
        "protocol": "HTTP",
    }
    assert "no backend set" in town.refused(BACKEND, **backend)
    assert "no backend set" in town.refused(LISTENER, **listener, sslConfiguration=tls)
    containers = town.make(BACKENDS, loadBalancerId=balancer, name="set", policy="ROUND_ROBIN", healthChecker=CHECKER)[
        0
    ]
    assert town.make(BACKEND, **backend)[1]["name"] == "10.0.1.9:8080"
    town.make(LISTENER, "first", **listener, sslConfiguration=tls)
    older = {**tls, "protocols": ["TLSv1.2"]}
    assert "same TLS protocols" in town.refused(LISTENER, "second", **listener, sslConfiguration=older)
    assert "is used by the listener" in town.caller.refusal(town.caller.delete, BACKENDS, containers)


def test_a_repository_with_images_is_not_deleted(town: Town, state: Path) -> None:
    made = town.make(REPOSITORY, compartmentId=COMPARTMENT, displayName="town/app")[0]
    drift.put(state, made, "hidden.images", 1)
    assert "still holds images" in town.caller.refusal(town.caller.delete, REPOSITORY, made)
