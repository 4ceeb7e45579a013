"""What the sandbox's Google Cloud refuses, as the cloud does, and the shape of what it gives back."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from pulumi.runtime.proto import provider_pb2

from sandbox.cloud import drift, value
from sandbox.cloud.gcp import PACKAGE, project_number
from sandbox.cloud.server import Server
from tests.sandbox.conftest import Caller

REGION: Final = "asia-northeast1"
PROJECT: Final = "town-project"
NUMBER: Final = project_number(PROJECT)
MOST_APIS: Final = ("artifactregistry", "cloudkms", "compute", "dns", "iam", "logging", "run")
APIS: Final = (*MOST_APIS, "secretmanager", "servicenetworking", "sqladmin", "storage")

API: Final = "gcp:projects/service:Service"
AGENT: Final = "gcp:projects/serviceIdentity:ServiceIdentity"
RING: Final = "gcp:kms/keyRing:KeyRing"
KEY: Final = "gcp:kms/cryptoKey:CryptoKey"
KEY_GRANT: Final = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"
BUCKET: Final = "gcp:storage/bucket:Bucket"
BUCKET_GRANT: Final = "gcp:storage/bucketIAMMember:BucketIAMMember"
SINK: Final = "gcp:logging/projectSink:ProjectSink"
LOG_BUCKET: Final = "gcp:logging/projectBucketConfig:ProjectBucketConfig"
NETWORK: Final = "gcp:compute/network:Network"
SUBNET: Final = "gcp:compute/subnetwork:Subnetwork"
FIREWALL: Final = "gcp:compute/firewall:Firewall"
ROUTE: Final = "gcp:compute/route:Route"
LENT: Final = "gcp:compute/globalAddress:GlobalAddress"
CONNECTION: Final = "gcp:servicenetworking/connection:Connection"
ZONE: Final = "gcp:dns/managedZone:ManagedZone"
RECORDS: Final = "gcp:dns/recordSet:RecordSet"
SECRET: Final = "gcp:secretmanager/secret:Secret"
ACCOUNT: Final = "gcp:serviceaccount/account:Account"
INSTANCE: Final = "gcp:sql/databaseInstance:DatabaseInstance"
DATABASE: Final = "gcp:sql/database:Database"
REGISTRY: Final = "gcp:artifactregistry/repository:Repository"
SERVICE: Final = "gcp:cloudrunv2/service:Service"
GROUP: Final = "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup"
BACKEND: Final = "gcp:compute/regionBackendService:RegionBackendService"
SOURCES: Final = "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy"
RULE: Final = "gcp:compute/forwardingRule:ForwardingRule"
ADDRESS: Final = "gcp:compute/address:Address"
LAST: Final = 2_147_483_647
RETENTION: Final = "retentionPolicy.retentionPeriod"
USES: Final = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
AGENTS: Final = {
    "sqladmin": "gcp-sa-cloud-sql",
    "secretmanager": "gcp-sa-secretmanager",
    "artifactregistry": "gcp-sa-artifactregistry",
    "run": "serverless-robot-prod",
}


class Town:
    """A project with its APIs on, with short ways to make what a test needs first."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        for api in APIS:
            self.make(API, service=f"{api}.googleapis.com")

    def make(self, token: str, name: str = "it", /, **inputs: Any) -> tuple[str, dict[str, Any]]:
        id_, outputs = self.caller.create(token, inputs, name=name)
        return id_, outputs

    def refused(self, token: str, name: str = "it", /, **inputs: Any) -> str:
        return self.caller.refusal(self.caller.create, token, inputs, name=name)

    def paths(self, token: str, **inputs: Any) -> list[str]:
        return [path for path, _ in self.caller.check(token, inputs)[1]]

    def key(self, location: str = REGION) -> str:
        ring, _ = self.make(RING, name=f"ring-{location}", location=location)
        return self.make(KEY, name="key", keyRing=ring)[0]

    def granted(self, *domains: str) -> str:
        key = self.key()
        for domain in domains:
            for api in [api for api, agent in AGENTS.items() if agent == domain]:
                self.make(AGENT, service=f"{api}.googleapis.com")
            self.make(KEY_GRANT, cryptoKeyId=key, role=USES, member=agent(domain))
        return key

    def network(self) -> str:
        return self.make(NETWORK, name="net", autoCreateSubnetworks=False)[0]

    def subnet(self, network: str, block: str, name: str = "sub", **more: Any) -> str:
        return self.make(SUBNET, name=name, network=network, region=REGION, ipCidrRange=block, **more)[0]

    def connected(self) -> str:
        network = self.network()
        self.make(LENT, name="lent", **lent(network))
        self.make(CONNECTION, network=network, service=PRODUCER, reservedPeeringRanges=["lent"])
        return network


PRODUCER: Final = "servicenetworking.googleapis.com"


def agent(domain: str) -> str:
    return f"serviceAccount:service-{NUMBER}@{domain}.iam.gserviceaccount.com"


def lent(network: str, address: str = "10.0.8.0") -> dict[str, Any]:
    return {
        "network": network,
        "purpose": "VPC_PEERING",
        "addressType": "INTERNAL",
        "address": address,
        "prefixLength": 24,
    }


def settings(network: str | None = None, **more: Any) -> dict[str, Any]:
    backups = {
        "enabled": True,
        "pointInTimeRecoveryEnabled": True,
        "transactionLogRetentionDays": 14,
        "backupRetentionSettings": {"retainedBackups": 15},
    }
    address = {"ipv4Enabled": network is None} | ({} if network is None else {"privateNetwork": network})
    return {
        "edition": "ENTERPRISE_PLUS",
        "tier": "db-perf-optimized-N-2",
        "availabilityType": "REGIONAL",
        "backupConfiguration": backups,
        "ipConfiguration": address,
        **more,
    }


def service(image: str, **template: Any) -> dict[str, Any]:
    return {
        "location": REGION,
        "deletionProtection": False,
        "template": {"containers": [{"image": image}], **template},
    }


@pytest.fixture
def caller(state: Path) -> Iterator[Caller]:
    running = Server(state, (PACKAGE,))
    found = Caller(running.ports["gcp"], project=PROJECT, region=REGION)
    yield found
    found.close()
    running.stop()


@pytest.fixture
def town(caller: Caller) -> Town:
    return Town(caller)


def test_ids_and_addresses_have_the_clouds_shape(town: Town) -> None:
    network = town.connected()
    subnet = town.subnet(network, "10.0.0.0/24")
    key = town.granted("gcp-sa-cloud-sql", "gs-project-accounts")
    _, instance = town.make(
        INSTANCE, databaseVersion="POSTGRES_17", region=REGION, encryptionKeyName=key, settings=settings(network)
    )
    _, address = town.make(ADDRESS, name="front", region=REGION, subnetwork=subnet, addressType="INTERNAL")
    _, account = town.make(ACCOUNT, accountId="workload")
    assert network == f"projects/{PROJECT}/global/networks/net"
    assert subnet == f"projects/{PROJECT}/regions/{REGION}/subnetworks/sub"
    assert key == f"projects/{PROJECT}/locations/{REGION}/keyRings/ring-{REGION}/cryptoKeys/key"
    assert instance["privateIpAddress"].startswith("10.0.8.")
    assert address["address"].startswith("10.0.0.")
    assert account["member"] == f"serviceAccount:workload@{PROJECT}.iam.gserviceaccount.com"


def test_the_vendors_agents_are_looked_up_by_the_projects_number(caller: Caller) -> None:
    def asked(token: str) -> Mapping[str, Any]:
        answer = caller.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=value.to_struct({"project": PROJECT})))
        return value.from_struct(getattr(answer, "return"))

    storage = asked("gcp:storage/getProjectServiceAccount:getProjectServiceAccount")
    logging = asked("gcp:logging/getProjectCmekSettings:getProjectCmekSettings")
    assert storage["member"] == agent("gs-project-accounts")
    assert logging["serviceAccountId"] == f"cmek-p{NUMBER}@gcp-sa-logging.iam.gserviceaccount.com"


def test_nothing_is_made_by_an_api_that_is_off(caller: Caller) -> None:
    assert "compute.googleapis.com is not enabled" in caller.refusal(caller.create, NETWORK, {})
    assert "run.googleapis.com is not enabled" in caller.refusal(
        caller.create, AGENT, {"service": "run.googleapis.com"}
    )


def test_an_agent_is_granted_nothing_before_it_is_there(town: Town) -> None:
    key, grant = town.key(), {"role": USES, "member": agent("gcp-sa-cloud-sql")}
    assert "does not exist" in town.refused(KEY_GRANT, cryptoKeyId=key, **grant)
    town.make(AGENT, service="sqladmin.googleapis.com")
    town.make(KEY_GRANT, cryptoKeyId=key, **grant)
    nobody = f"serviceAccount:nobody@{PROJECT}.iam.gserviceaccount.com"
    assert "does not exist" in town.refused(KEY_GRANT, cryptoKeyId=key, role=USES, member=nobody)


@pytest.mark.parametrize(
    ("token", "inputs", "domain"),
    [
        (BUCKET, {"location": "ASIA-NORTHEAST1", "encryption": {"defaultKmsKeyName": "{key}"}}, "gs-project-accounts"),
        (
            SECRET,
            {
                "replication": {
                    "userManaged": {
                        "replicas": [{"location": REGION, "customerManagedEncryption": {"kmsKeyName": "{key}"}}]
                    }
                }
            },
            "gcp-sa-secretmanager",
        ),
        (
            REGISTRY,
            {"repositoryId": "images", "format": "DOCKER", "location": REGION, "kmsKeyName": "{key}"},
            "gcp-sa-artifactregistry",
        ),
        (
            LOG_BUCKET,
            {
                "project": PROJECT,
                "location": REGION,
                "bucketId": "search",
                "cmekSettings": {"kmsKeyName": "{key}"},
            },
            "gcp-sa-logging",
        ),
        (
            INSTANCE,
            {
                "databaseVersion": "POSTGRES_17",
                "region": REGION,
                "encryptionKeyName": "{key}",
                "settings": settings(),
            },
            "gcp-sa-cloud-sql",
        ),
        (SERVICE, service("docker.io/a", encryptionKey="{key}"), "serverless-robot-prod"),
    ],
)
def test_a_key_serves_only_who_was_granted_and_only_beside_it(
    town: Town, token: str, inputs: dict[str, Any], domain: str
) -> None:
    def filled(tree: Any, key: str) -> Any:
        if isinstance(tree, dict):
            return {name: filled(item, key) for name, item in tree.items()}
        if isinstance(tree, list):
            return [filled(item, key) for item in tree]
        return key if tree == "{key}" else tree

    osaka, tokyo = town.key("asia-northeast2"), town.key()
    assert f"@{domain}." in town.refused(token, **filled(inputs, tokyo))
    for api in [api for api, found in AGENTS.items() if found == domain]:
        town.make(AGENT, service=f"{api}.googleapis.com")
    for key in (osaka, tokyo):
        town.make(KEY_GRANT, cryptoKeyId=key, role=USES, member=agent(domain))
    assert "location" in town.refused(token, **filled(inputs, osaka))
    town.make(token, **filled(inputs, tokyo))


def test_the_name_of_a_key_or_its_ring_is_never_free_again(town: Town) -> None:
    ring, _ = town.make(RING, name="ring", location=REGION)
    key, _ = town.make(KEY, name="key", keyRing=ring)
    town.caller.delete(KEY, key)
    assert "key" in town.refused(KEY, name="key", keyRing=ring)
    town.caller.delete(RING, ring)
    assert "ring" in town.refused(RING, name="ring", location=REGION)


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (KEY, {"keyRing": "r", "rotationPeriod": "3600s"}, "rotationPeriod"),
        (KEY, {"keyRing": "r", "destroyScheduledDuration": "30d"}, "destroyScheduledDuration"),
        (KEY, {"keyRing": "r", "labels": {"Upper": "x"}}, "labels"),
        (KEY, {"keyRing": "r", "labels": {"key": "Upper"}}, "labels"),
        (BUCKET, {"location": "ASIA", "name": "my-google-bucket"}, "name"),
        (BUCKET, {"location": "ASIA", "retentionPolicy": {"retentionPeriod": "3155760001"}}, RETENTION),
        (
            BUCKET,
            {"location": "ASIA", "retentionPolicy": {"retentionPeriod": "1"}, "versioning": {"enabled": True}},
            "versioning",
        ),
        (SUBNET, {"network": "n", "ipCidrRange": "10.0.0.0/24", "purpose": "REGIONAL_MANAGED_PROXY"}, "role"),
        (SUBNET, {"network": "n", "ipCidrRange": "10.0.0.1/24"}, "ipCidrRange"),
        (ROUTE, {"network": "n", "destRange": "10.0.0.0/8"}, "nextHopGateway"),
        (ROUTE, {"network": "n", "destRange": "10.0.0.0/8", "nextHopGateway": "some"}, "nextHopGateway"),
        (FIREWALL, {"network": "n", "allows": [{"protocol": "tcp"}]}, "sourceRanges"),
        (
            FIREWALL,
            {"network": "n", "direction": "EGRESS", "sourceTags": ["t"], "denies": [{"protocol": "all"}]},
            "sourceTags",
        ),
        (FIREWALL, {"network": "n", "sourceRanges": ["10.0.0.0/8"]}, "allows"),
        (
            FIREWALL,
            {"network": "n", "sourceRanges": ["10.0.0.0/8"], "allows": [{"protocol": "icmp", "ports": ["1"]}]},
            "allows[0].ports",
        ),
        (LENT, {"purpose": "VPC_PEERING", "network": "n"}, "prefixLength"),
        (ZONE, {"dnsName": "googleapis.com"}, "dnsName"),
        (ZONE, {"dnsName": "googleapis.com.", "visibility": "private"}, "privateVisibilityConfig"),
        (RECORDS, {"managedZone": "z", "name": "a.b.", "type": "CNAME", "rrdatas": ["x.", "y."]}, "rrdatas"),
        (SECRET, {"replication": {}}, "replication"),
        (
            SECRET,
            {"replication": {"auto": {}}, "rotation": {"rotationPeriod": "86400s"}},
            "rotation",
        ),
        (ACCOUNT, {"accountId": "short"}, "accountId"),
        (INSTANCE, {"databaseVersion": "POSTGRES_17", "settings": settings(edition="ENTERPRISE")}, "settings.tier"),
        (
            INSTANCE,
            {
                "databaseVersion": "POSTGRES_17",
                "settings": settings(edition="ENTERPRISE", tier="db-custom-2-7680"),
            },
            "settings.backupConfiguration.transactionLogRetentionDays",
        ),
        (
            INSTANCE,
            {"databaseVersion": "POSTGRES_17", "settings": settings(ipConfiguration={"ipv4Enabled": False})},
            "settings.ipConfiguration",
        ),
        (
            INSTANCE,
            {
                "databaseVersion": "POSTGRES_17",
                "settings": settings(backupConfiguration={"enabled": True}),
            },
            "settings.backupConfiguration.pointInTimeRecoveryEnabled",
        ),
        (DATABASE, {"instance": "i", "name": "postgres"}, "name"),
        (REGISTRY, {"repositoryId": "011002-images", "format": "DOCKER"}, "repositoryId"),
        (
            SERVICE,
            service("a", scaling={"minInstanceCount": 3, "maxInstanceCount": 2}),
            "template.scaling.minInstanceCount",
        ),
        (
            SERVICE,
            {
                "location": REGION,
                "template": {
                    "executionEnvironment": "EXECUTION_ENVIRONMENT_GEN2",
                    "containers": [{"image": "a", "resources": {"limits": {"memory": "256Mi"}}}],
                },
            },
            "template.containers[0].resources.limits.memory",
        ),
        (SOURCES, {"rules": [{"action": "allow", "priority": 1}]}, "rules"),
        (SOURCES, {"rules": [{"action": "allow", "priority": LAST, "description": "x" * 65}]}, "rules[0].description"),
        (
            BACKEND,
            {"loadBalancingScheme": "INTERNAL_MANAGED", "backends": [{"group": "g"}]},
            "backends[0].capacityScaler",
        ),
    ],
)
def test_what_inputs_alone_show_is_refused_before_anything_is_made(
    town: Town, token: str, inputs: dict[str, Any], path: str
) -> None:
    assert path in town.paths(token, **inputs)


def test_a_retention_policy_keeps_young_objects_whatever_is_forced(town: Town, state: Path) -> None:
    bucket, _ = town.make(
        BUCKET,
        name="town-records",
        location="ASIA-NORTHEAST1",
        forceDestroy=True,
        retentionPolicy={"retentionPeriod": "86400"},
    )
    drift.put(state, bucket, "hidden.objects", 1)
    assert "retentionPolicyNotMet" in town.caller.refusal(town.caller.delete, BUCKET, bucket)


def test_a_locked_retention_stays_and_only_grows(town: Town) -> None:
    def policy(period: int, *, locked: bool) -> dict[str, Any]:
        return {
            "name": "town-archive",
            "location": "ASIA-NORTHEAST1",
            "retentionPolicy": {"retentionPeriod": str(period), "isLocked": locked},
        }

    bucket, outputs = town.make(BUCKET, **policy(86_400, locked=True))
    caller = town.caller
    assert "reduce" in caller.refusal(caller.update, BUCKET, bucket, outputs, policy(86_399, locked=True))
    assert "stays locked" in caller.refusal(caller.update, BUCKET, bucket, outputs, policy(86_400, locked=False))
    caller.update(BUCKET, bucket, outputs, policy(86_401, locked=True))


def test_a_bucket_with_public_access_prevention_admits_nobody(town: Town) -> None:
    town.make(BUCKET, name="town-records", location="ASIA", publicAccessPrevention="enforced")
    role = "roles/storage.objectViewer"
    assert "public access prevention" in town.refused(BUCKET_GRANT, bucket="town-records", role=role, member="allUsers")


def test_a_sink_needs_a_destination_and_all_sinks_write_as_one(town: Town) -> None:
    assert "does not exist" in town.refused(SINK, destination="storage.googleapis.com/nowhere")
    town.make(BUCKET, name="town-archive", location="ASIA")
    writers = {
        town.make(SINK, name=name, destination="storage.googleapis.com/town-archive")[1]["writerIdentity"]
        for name in ("first", "second")
    }
    assert writers == {agent("gcp-sa-logging")}


def test_a_locked_log_bucket_changes_nothing_and_goes_never(town: Town) -> None:
    inputs = {"project": PROJECT, "location": REGION, "bucketId": "kept", "retentionDays": 30, "locked": True}
    bucket, outputs = town.make(LOG_BUCKET, **inputs)
    caller = town.caller
    longer = {**inputs, "retentionDays": 60}
    assert "is locked" in caller.refusal(caller.update, LOG_BUCKET, bucket, outputs, longer)
    assert "is locked" in caller.refusal(caller.delete, LOG_BUCKET, bucket)


def test_ranges_of_one_network_do_not_overlap(town: Town) -> None:
    network = town.network()
    town.subnet(network, "10.0.0.0/24")
    town.make(LENT, name="lent", **lent(network))
    assert "overlaps" in town.refused(SUBNET, "b", network=network, region=REGION, ipCidrRange="10.0.0.128/25")
    assert "overlaps" in town.refused(SUBNET, "c", network=network, region=REGION, ipCidrRange="10.0.8.0/25")
    assert "overlaps" in town.refused(LENT, "d", **lent(network, "10.0.0.0"))


def test_a_network_goes_only_when_nothing_is_in_it(town: Town) -> None:
    network = town.network()
    subnet = town.subnet(network, "10.0.0.0/24")
    assert "still in use" in town.caller.refusal(town.caller.delete, NETWORK, network)
    town.caller.delete(SUBNET, subnet)
    town.caller.delete(NETWORK, network)


def test_a_connection_takes_the_ranges_name_and_stays_while_a_database_uses_it(town: Town) -> None:
    network = town.network()
    range_, _ = town.make(LENT, name="lent", **lent(network))
    asked = {"network": network, "service": PRODUCER}
    assert "not exist" in town.refused(CONNECTION, **asked, reservedPeeringRanges=["other"])
    assert "is not the name" in town.refused(CONNECTION, **asked, reservedPeeringRanges=[range_])
    connection, _ = town.make(CONNECTION, **asked, reservedPeeringRanges=["lent"])
    town.make(INSTANCE, databaseVersion="POSTGRES_17", region=REGION, settings=settings(network))
    assert "still using" in town.caller.refusal(town.caller.delete, CONNECTION, connection)


def test_a_private_database_needs_the_connection_first(town: Town) -> None:
    network = town.network()
    asked = {"databaseVersion": "POSTGRES_17", "region": REGION, "settings": settings(network)}
    assert "NETWORK_NOT_PEERED" in town.refused(INSTANCE, **asked)


def test_a_database_has_two_guards_and_its_name_stays_taken(town: Town) -> None:
    asked = {"name": "ledger", "databaseVersion": "POSTGRES_17", "region": REGION}
    guarded = settings(deletionProtectionEnabled=True)
    instance, outputs = town.make(INSTANCE, **asked, settings=guarded)
    caller = town.caller
    assert "deletion_protection" in caller.refusal(caller.delete, INSTANCE, instance)
    caller.update(INSTANCE, instance, outputs, {**asked, "settings": guarded, "deletionProtection": False})
    assert "protected from deletion" in caller.refusal(caller.delete, INSTANCE, instance)
    caller.update(INSTANCE, instance, outputs, {**asked, "settings": settings(), "deletionProtection": False})
    caller.delete(INSTANCE, instance)
    assert "ledger" in town.refused(INSTANCE, **asked, settings=settings())


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (SECRET, {"replication": {"auto": {}}}),
        (SERVICE, {"location": REGION, "template": {"containers": [{"image": "docker.io/a"}]}}),
    ],
)
def test_the_providers_guard_is_on_unless_it_is_switched_off(town: Town, token: str, inputs: dict[str, Any]) -> None:
    id_, _ = town.make(token, **inputs)
    assert "deletion_protection" in town.caller.refusal(town.caller.delete, token, id_)


def test_what_is_to_be_prevented_is_prevented(town: Town) -> None:
    network, _ = town.make(NETWORK, name="net", deletionPolicy="PREVENT")
    assert "PREVENT" in town.caller.refusal(town.caller.delete, NETWORK, network)


def test_a_record_lies_in_its_zone(town: Town) -> None:
    town.make(ZONE, name="zone", dnsName="pkg.dev.")
    record = {"managedZone": "zone", "type": "A", "rrdatas": ["199.36.153.4"]}
    assert "is not in the zone" in town.refused(RECORDS, name="googleapis.com.", **record)
    town.make(RECORDS, name="pkg.dev.", **record)


def test_an_image_of_the_project_needs_its_repository(town: Town) -> None:
    image = f"{REGION}-docker.pkg.dev/{PROJECT}/images/a@sha256:0"
    assert "not found" in town.refused(SERVICE, **service(image))
    town.make(REGISTRY, repositoryId="images", format="DOCKER", location=REGION)
    town.make(SERVICE, **service(image))


def test_a_serverless_target_takes_no_health_check_and_a_front_needs_proxies(town: Town) -> None:
    network = town.network()
    subnet = town.subnet(network, "10.0.0.0/24")
    _, run = town.make(SERVICE, **service("docker.io/a"))
    group, _ = town.make(GROUP, region=REGION, cloudRun={"service": run["name"]})
    backend = {
        "region": REGION,
        "loadBalancingScheme": "INTERNAL_MANAGED",
        "backends": [{"group": group, "capacityScaler": 1}],
    }
    assert "healthChecks is not supported" in town.refused(BACKEND, **backend, healthChecks="check")
    town.make(BACKEND, **backend)
    front = {"region": REGION, "loadBalancingScheme": "INTERNAL_MANAGED", "network": network, "subnetwork": subnet}
    assert "proxy-only subnet is required" in town.refused(RULE, **front)
    proxies = {"purpose": "REGIONAL_MANAGED_PROXY", "role": "ACTIVE"}
    town.subnet(network, "10.0.1.0/24", name="proxies", **proxies)
    town.make(RULE, **front)
    second = {"network": network, "region": REGION, "ipCidrRange": "10.0.2.0/24"}
    assert "has an active proxy-only subnet" in town.refused(SUBNET, "second", **second, **proxies)
