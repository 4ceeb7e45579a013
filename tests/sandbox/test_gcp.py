"""What the sandbox's Google Cloud refuses, as the cloud does, and the shape of what it gives back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from pulumi.runtime.proto import provider_pb2

from sandbox.cloud import value
from sandbox.cloud.gcp import PACKAGE, landing, project_number
from sandbox.cloud.server import Server
from tests.sandbox.conftest import Caller

REGION: Final = "asia-northeast1"
PROJECT: Final = "town-project"
NUMBER: Final = project_number(PROJECT)
OSAKA: Final = "asia-northeast2"
APIS: Final = (*sorted(landing.APIS.values()), "cloudresourcemanager", "pubsub")

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
ROUTES: Final = "gcp:compute/regionUrlMap:RegionUrlMap"
TLS: Final = "gcp:compute/regionSslPolicy:RegionSslPolicy"
PROXY: Final = "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy"
AUDIT: Final = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
VERSION: Final = "gcp:secretmanager/secretVersion:SecretVersion"
READER: Final = "gcp:secretmanager/secretIamMember:SecretIamMember"
USER: Final = "gcp:sql/user:User"
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

    def key(self, location: str = REGION, **more: Any) -> str:
        ring, _ = self.make(RING, name=f"ring-{location}", location=location)
        return self.make(KEY, name="key", keyRing=ring, **more)[0]

    def granted(self, *domains: str) -> str:
        key = self.key()
        for domain in domains:
            for api in [api for api, agent in AGENTS.items() if agent == domain]:
                self.make(AGENT, service=f"{api}.googleapis.com")
            self.make(KEY_GRANT, cryptoKeyId=key, role=USES, member=key_user(domain))
        return key

    def network(self, name: str = "net") -> str:
        return self.make(NETWORK, name=name, autoCreateSubnetworks=False)[0]

    def subnet(self, network: str, block: str, name: str = "sub", **more: Any) -> str:
        return self.make(SUBNET, name=name, network=network, region=REGION, ipCidrRange=block, **more)[0]

    def connected(self) -> str:
        network = self.network()
        self.make(LENT, name="lent", **lent(network))
        self.make(CONNECTION, network=network, service=PRODUCER, reservedPeeringRanges=["lent"])
        return network

    def refusal_of_update(self, token: str, made: tuple[str, dict[str, Any]], /, **inputs: Any) -> str:
        return self.caller.refusal(self.caller.update, token, *made, inputs)

    def refusal_of_delete(self, token: str, id_: str) -> str:
        return self.caller.refusal(self.caller.delete, token, id_)


PRODUCER: Final = "servicenetworking.googleapis.com"


def agent(domain: str) -> str:
    return f"serviceAccount:service-{NUMBER}@{domain}.iam.gserviceaccount.com"


def key_user(domain: str) -> str:
    """The account that uses keys for a service."""
    return agent(domain).replace("service-", "cmek-p") if domain == "gcp-sa-logging" else agent(domain)


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


@contextmanager
def callers(state: Path) -> Iterator[Caller]:
    """A caller of a cloud of its own, for the fixtures of each file."""
    running = Server(state, (PACKAGE,))
    found = Caller(running.ports["gcp"], project=PROJECT, region=REGION)
    yield found
    found.close()
    running.stop()


@pytest.fixture
def caller(state: Path) -> Iterator[Caller]:
    with callers(state) as found:
        yield found


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


def test_what_is_to_be_prevented_is_prevented(town: Town) -> None:
    network, _ = town.make(NETWORK, name="net", deletionPolicy="PREVENT")
    assert "PREVENT" in town.caller.refusal(town.caller.delete, NETWORK, network)
