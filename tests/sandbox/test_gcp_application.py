"""Cloud Run and its images in the sandbox."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_gcp import (
    ACCOUNT,
    BACKEND,
    GROUP,
    NUMBER,
    OSAKA,
    PROJECT,
    READER,
    REGION,
    REGISTRY,
    SECRET,
    SERVICE,
    SUBNET,
    Town,
    callers,
    service,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def test_an_image_of_the_project_needs_its_repository(town: Town) -> None:
    image = f"{REGION}-docker.pkg.dev/{PROJECT}/images/a@sha256:0"
    assert "not found" in town.refused(SERVICE, **service(image))
    town.make(REGISTRY, repositoryId="images", format="DOCKER", location=REGION)
    town.make(SERVICE, **service(image))


def test_a_serverless_target_takes_no_health_check(town: Town) -> None:
    _, run = town.make(SERVICE, **service("docker.io/a"))
    group, _ = town.make(GROUP, region=REGION, cloudRun={"service": run["name"]})
    backend = {
        "region": REGION,
        "loadBalancingScheme": "INTERNAL_MANAGED",
        "backends": [{"group": group, "capacityScaler": 1}],
    }
    assert "healthChecks is not supported" in town.refused(BACKEND, **backend, healthChecks="check")
    town.make(BACKEND, **backend)


def test_the_providers_guard_of_a_service_is_on_unless_it_is_switched_off(town: Town) -> None:
    asked = {"location": REGION, "template": {"containers": [{"image": "docker.io/a"}]}}
    id_, _ = town.make(SERVICE, **asked)
    assert "deletion_protection" in town.refusal_of_delete(SERVICE, id_)


def interface(**where: str) -> dict[str, Any]:
    return {"vpcAccess": {"networkInterfaces": [where], "egress": "ALL_TRAFFIC"}}


def test_a_service_lies_in_a_subnet_of_its_region_and_network(town: Town) -> None:
    network, other = town.network(), town.network("other")
    town.subnet(network, "10.0.0.0/26", name="wide")
    town.subnet(network, "10.0.1.0/27", name="narrow")
    town.subnet(network, "10.0.2.0/26", name="proxies", purpose="REGIONAL_MANAGED_PROXY", role="ACTIVE")
    osaka, _ = town.make(SUBNET, "far", name="far", network=network, region=OSAKA, ipCidrRange="10.0.3.0/24")
    for where, words in (
        ({"network": "net", "subnetwork": "narrow"}, "too small"),
        ({"network": "net", "subnetwork": "proxies"}, "for load balancers only"),
        ({"network": "net", "subnetwork": osaka}, f"is not in {REGION}"),
        ({"network": other, "subnetwork": "wide"}, "is not in the network"),
    ):
        assert words in town.refused(SERVICE, **service("docker.io/a", **interface(**where)))
    made, _ = town.make(SERVICE, **service("docker.io/a", **interface(network="net", subnetwork="wide")))
    wide = f"projects/{PROJECT}/regions/{REGION}/subnetworks/wide"
    assert f"still in use by {SERVICE}" in town.refusal_of_delete(SUBNET, wide)
    town.caller.delete(SERVICE, made)
    town.caller.delete(SUBNET, wide)


def test_a_service_reads_only_secrets_that_its_account_may_read(town: Town) -> None:
    _, account = town.make(ACCOUNT, accountId="workload")
    secret, outputs = town.make(SECRET, replication={"auto": {}})
    reference = {"secretKeyRef": {"secret": outputs["secretId"], "version": "latest"}}
    container = {"image": "docker.io/a", "envs": [{"name": "WORD", "valueSource": reference}]}
    template = {"serviceAccount": account["email"], "containers": [container]}
    asked = {"location": REGION, "template": template}
    assert "Permission denied on secret" in town.refused(SERVICE, **asked)
    role = "roles/secretmanager.secretAccessor"
    town.make(READER, secretId=secret, role=role, member=account["member"])
    town.make(SERVICE, **asked)


def test_a_service_runs_as_an_account_that_is_there(town: Town) -> None:
    nobody = f"nobody@{PROJECT}.iam.gserviceaccount.com"
    assert f"does not exist as {ACCOUNT}" in town.refused(SERVICE, **service("docker.io/a", serviceAccount=nobody))


def test_a_service_without_its_default_address_shows_none(town: Town) -> None:
    _, closed = town.make(SERVICE, "closed", **service("docker.io/a"), defaultUriDisabled=True)
    _, open_ = town.make(SERVICE, "open", **service("docker.io/a"))
    assert (closed["uri"], open_["uri"].endswith(f"-{NUMBER}.{REGION}.run.app")) == ("", True)
