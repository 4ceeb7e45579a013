"""The regional load balancer of the sandbox: what hangs on what."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_gcp import (
    ADDRESS,
    BACKEND,
    GROUP,
    OSAKA,
    PROJECT,
    PROXY,
    REGION,
    ROUTES,
    RULE,
    SERVICE,
    SOURCES,
    SUBNET,
    TLS,
    Town,
    callers,
    service,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


class Front:
    """A load balancer from its targets to its address, all but the forwarding rule."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.network = town.network()
        self.subnet = town.subnet(self.network, "10.0.0.0/24")
        _, run = town.make(SERVICE, **service("docker.io/a"))
        self.group, _ = town.make(GROUP, region=REGION, cloudRun={"service": run["name"]})
        backends = [{"group": self.group, "capacityScaler": 1}]
        self.backend, _ = town.make(BACKEND, region=REGION, loadBalancingScheme="INTERNAL_MANAGED", backends=backends)
        self.routes, _ = town.make(ROUTES, region=REGION, defaultService=self.backend)
        self.tls, _ = town.make(TLS, region=REGION, minTlsVersion="TLS_1_2")
        self.proxy, _ = town.make(PROXY, **self.certified(), urlMap=self.routes, sslPolicy=self.tls)
        self.address, outputs = town.make(ADDRESS, **self.reserved(), subnetwork=self.subnet)
        self.number = outputs["address"]

    @staticmethod
    def certified(region: str = REGION) -> dict[str, Any]:
        names = [f"projects/{PROJECT}/locations/{region}/certificates/town"]
        return {"region": REGION, "certificateManagerCertificates": names}

    @staticmethod
    def reserved(**more: Any) -> dict[str, Any]:
        return {"region": REGION, "addressType": "INTERNAL", "purpose": "SHARED_LOADBALANCER_VIP", **more}

    def rule(self, **more: Any) -> dict[str, Any]:
        asked = {"network": self.network, "subnetwork": self.subnet, "ipAddress": self.number, "target": self.proxy}
        return {"region": REGION, "loadBalancingScheme": "INTERNAL_MANAGED", "portRange": "443", **asked, **more}

    def proxies(self, name: str = "proxies", block: str = "10.0.1.0/24", **more: Any) -> str:
        purpose = {"purpose": "REGIONAL_MANAGED_PROXY", "role": "ACTIVE"}
        return self.town.subnet(self.network, block, name=name, **{**purpose, **more})


@pytest.fixture
def front(town: Town) -> Front:
    return Front(town)


def test_a_front_needs_proxies_and_holds_them(front: Front) -> None:
    town = front.town
    assert "proxy-only subnet is required" in town.refused(RULE, **front.rule())
    front.proxies("spare", "10.0.2.0/24", role="BACKUP")
    assert "proxy-only subnet is required" in town.refused(RULE, **front.rule())
    proxies = front.proxies()
    rule, _ = town.make(RULE, **front.rule())
    assert "still used by the load balancer" in town.refusal_of_delete(SUBNET, proxies)
    second = {"network": front.network, "region": REGION, "ipCidrRange": "10.0.3.0/24"}
    purpose = {"purpose": "REGIONAL_MANAGED_PROXY", "role": "ACTIVE"}
    assert "has an active proxy-only subnet" in town.refused(SUBNET, "second", **second, **purpose)
    town.caller.delete(RULE, rule)
    town.caller.delete(SUBNET, proxies)


def test_nothing_behind_a_front_goes_before_it(front: Front) -> None:
    town = front.town
    front.proxies()
    rule, _ = town.make(RULE, **front.rule())
    chain = [
        (GROUP, front.group, BACKEND),
        (BACKEND, front.backend, ROUTES),
        (ROUTES, front.routes, PROXY),
        (TLS, front.tls, PROXY),
        (PROXY, front.proxy, RULE),
        (ADDRESS, front.address, RULE),
        (SUBNET, front.subnet, "gcp:compute/"),
    ]
    for token, id_, user in chain:
        assert f"still in use by {user}" in town.refusal_of_delete(token, id_)
    town.caller.delete(RULE, rule)
    for token, id_, _ in (chain[4], chain[2], chain[3], chain[1], chain[0], chain[5], chain[6]):
        town.caller.delete(token, id_)


@pytest.mark.parametrize(
    ("token", "name"), [(BACKEND, "backends"), (ROUTES, "defaultService"), (PROXY, "urlMap"), (RULE, "target")]
)
def test_a_link_of_another_type_leads_nowhere(front: Front, token: str, name: str) -> None:
    wrong = front.tls
    asked: dict[str, dict[str, Any]] = {
        BACKEND: {"region": REGION, "backends": [{"group": wrong, "capacityScaler": 1}]},
        ROUTES: {"region": REGION, "defaultService": wrong},
        PROXY: {**front.certified(), "urlMap": wrong},
        RULE: front.rule(target=wrong),
    }
    refused = front.town.refused(token, "other", **asked[token])
    assert refused.find(name) >= 0
    assert "it names gcp:compute/regionSslPolicy:RegionSslPolicy" in refused


@pytest.mark.parametrize(
    ("token", "asked"),
    [
        (BACKEND, lambda front: {"backends": [{"group": front.group, "capacityScaler": 1}]}),
        (ROUTES, lambda front: {"defaultService": front.backend}),
        (PROXY, lambda front: {**front.certified(OSAKA), "urlMap": front.routes}),
        (ADDRESS, lambda front: front.reserved(subnetwork=front.subnet)),
        (RULE, lambda front: front.rule()),
    ],
)
def test_a_load_balancer_is_of_one_region(front: Front, token: str, asked: Any) -> None:
    assert f"lies in {REGION}, not in {OSAKA}" in front.town.refused(token, "far", **{**asked(front), "region": OSAKA})


def test_a_certificate_is_of_the_proxys_region(front: Front) -> None:
    for place in (OSAKA, "global"):
        asked = {**front.certified(place), "urlMap": front.routes}
        assert f"is not in the proxy's region, {REGION}" in front.town.refused(PROXY, "other", **asked)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("10.0.9.9", "is not in the range"),
        ("10.0.0.0", "one of the four"),
        ("10.0.0.1", "one of the four"),
        ("10.0.0.254", "one of the four"),
        ("10.0.0.255", "one of the four"),
    ],
)
def test_an_address_is_a_free_one_of_its_subnet(front: Front, address: str, words: str) -> None:
    asked = front.reserved(subnetwork=front.subnet, address=address)
    assert words in front.town.refused(ADDRESS, "other", **asked)


def test_an_address_is_reserved_once_and_not_among_proxies(front: Front) -> None:
    asked = front.reserved(subnetwork=front.subnet, address=front.number)
    assert "IP_IN_USE" in front.town.refused(ADDRESS, "other", **asked)
    assert "proxies of load balancers only" in front.town.refused(
        ADDRESS, "proxy", **front.reserved(subnetwork=front.proxies())
    )


def test_a_rules_parts_belong_together(front: Front) -> None:
    town = front.town
    proxies = front.proxies()
    other = town.network("other")
    assert "is not in the network" in town.refused(RULE, **front.rule(network=other))
    assert "proxies of load balancers only" in town.refused(RULE, **front.rule(subnetwork=proxies))
    beside = town.subnet(front.network, "10.0.4.0/24", name="beside")
    assert "is not in the subnetwork" in town.refused(RULE, **front.rule(subnetwork=beside))
    made, outputs = town.make(RULE, "first", **front.rule())
    assert outputs["ipAddress"] == front.number
    assert f"already being used by {made}" in town.refused(RULE, "second", **front.rule())
    town.make(RULE, "third", **front.rule(portRange="8443"))


def test_rule_and_backend_are_of_one_scheme(front: Front) -> None:
    front.proxies()
    backend, _ = front.town.make(BACKEND, "old", region=REGION)
    routes, _ = front.town.make(ROUTES, "old", region=REGION, defaultService=backend)
    proxy, _ = front.town.make(PROXY, "old", **front.certified(), urlMap=routes)
    assert "is of scheme INTERNAL, the rule of INTERNAL_MANAGED" in front.town.refused(RULE, **front.rule(target=proxy))


def test_targets_of_a_backend(front: Front) -> None:
    town = front.town
    _, run = town.make(SERVICE, "second", **service("docker.io/a"))
    second, _ = town.make(GROUP, "second", region=REGION, cloudRun={"service": run["name"]})
    backends = [{"group": group, "capacityScaler": 1} for group in (front.group, second)]
    assert "takes one serverless" in town.refused(BACKEND, "two", region=REGION, backends=backends)
    attached = {"region": REGION, "networkEndpointType": "GCE_VM_IP_PORTMAP", "network": front.network}
    ports, _ = town.make(GROUP, "ports", **attached)
    alone = [{"group": ports, "capacityScaler": 1}]
    assert "healthChecks is required" in town.refused(BACKEND, "ports", region=REGION, backends=alone)


def test_a_serverless_group_names_a_service_of_its_region(front: Front) -> None:
    _, far = front.town.make(SERVICE, "far", **{**service("docker.io/a"), "location": OSAKA})
    refused = front.town.refused(GROUP, "far", region=REGION, cloudRun={"service": far["name"]})
    assert f"in {REGION}" in refused


def test_a_policy_of_networks_is_not_for_a_backend(front: Front) -> None:
    policy, _ = front.town.make(SOURCES, region=REGION, type="CLOUD_ARMOR_NETWORK")
    refused = front.town.refused(BACKEND, "other", region=REGION, securityPolicy=policy)
    assert "is not for a backend service" in refused
    allowed, _ = front.town.make(SOURCES, "armor", region=REGION, type="CLOUD_ARMOR")
    front.town.make(BACKEND, "armoured", region=REGION, securityPolicy=allowed)
    assert f"still in use by {BACKEND}" in front.town.refusal_of_delete(SOURCES, allowed)
