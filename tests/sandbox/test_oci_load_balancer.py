"""Load balancers in the sandbox's OCI, with their backend sets, backends and listeners."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.oci.listener import spoken
from tests.sandbox.test_oci import (
    BACKEND,
    BACKENDS,
    BALANCER,
    CHECKER,
    LISTENER,
    Town,
    balancer_in,
    callers,
)

CERTIFICATE = "ocid1.certificate.oc1.ap-tokyo-1.town"
SUITE = "oci-tls-12-13-wider-ssl-cipher-suite-v1"
TLS = {"certificateIds": [CERTIFICATE], "protocols": ["TLSv1.2", "TLSv1.3"], "cipherSuiteName": SUITE}


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def backends(balancer: str, **inputs: Any) -> dict[str, Any]:
    return {"loadBalancerId": balancer, "name": "set", "policy": "ROUND_ROBIN", "healthChecker": CHECKER, **inputs}


def backend(balancer: str, **inputs: Any) -> dict[str, Any]:
    return {"loadBalancerId": balancer, "backendsetName": "set", "ipAddress": "10.0.1.9", "port": 8080, **inputs}


def listener(balancer: str, **inputs: Any) -> dict[str, Any]:
    given = {"loadBalancerId": balancer, "defaultBackendSetName": "set", "port": 443, "protocol": "HTTP"}
    return {**given, "name": "https", "sslConfiguration": TLS, **inputs}


def test_it_has_a_private_address_of_its_subnet_that_stays(town: Town) -> None:
    subnet = town.subnet()["id"]
    id_, outputs = town.make(BALANCER, **balancer_in(subnet))
    (address,) = outputs["ipAddresses"]
    assert outputs["ipAddressDetails"] == [{"ipAddress": address, "isPublic": False, "reservedIps": []}]
    assert address.startswith("10.0.1.")
    wider = {"minimumBandwidthInMbps": 10, "maximumBandwidthInMbps": 400}
    assert town.caller.update(BALANCER, id_, outputs, {**balancer_in(subnet), "shapeDetails": wider})[
        "ipAddresses"
    ] == [address]


def test_a_public_one_is_not_in_a_private_subnet_and_groups_are_of_its_network(town: Town) -> None:
    own, other = town.network()["id"], town.network("other")["id"]
    private = town.subnet(vcnId=own)["id"]
    public = town.subnet("public", "10.0.2.0/24", vcnId=own, prohibitPublicIpOnVnic=False)["id"]
    assert "is private" in town.refused(BALANCER, **{**balancer_in(private), "isPrivate": False})
    assert town.make(BALANCER, **{**balancer_in(public), "isPrivate": False})
    foreign, near = town.group(other), town.group(own)
    assert "is not in the network" in town.refused(BALANCER, **balancer_in(private), networkSecurityGroupIds=[foreign])
    assert town.make(BALANCER, "near", **balancer_in(private), networkSecurityGroupIds=[near])


def test_a_protected_load_balancer_is_not_deleted(town: Town) -> None:
    balancer = town.balancer(isDeleteProtectionEnabled=True)
    assert "409-IncorrectState" in town.refusal_of_delete(BALANCER, balancer)


def test_listeners_and_backends_need_their_set_and_hold_it(town: Town) -> None:
    balancer = town.balancer()
    assert "no backend set" in town.refused(BACKEND, **backend(balancer))
    assert "no backend set" in town.refused(LISTENER, **listener(balancer))
    containers = town.make(BACKENDS, **backends(balancer))
    assert "backends" not in containers[1]
    assert town.make(BACKEND, **backend(balancer))[1]["name"] == "10.0.1.9:8080"
    assert [one["name"] for one in town.caller.read(BACKENDS, containers[0])[2]["backends"]] == ["10.0.1.9:8080"]
    front = town.make(LISTENER, **listener(balancer))[0]
    assert "409-InvalidParameter: backend set set is used by the listener" in town.refusal_of_delete(
        BACKENDS, containers[0]
    )
    town.caller.delete(LISTENER, front)
    town.caller.delete(BACKENDS, containers[0])


def test_parts_are_of_the_load_balancer_that_they_name(town: Town) -> None:
    subnet = town.subnet()["id"]
    first, second = (town.make(BALANCER, name, **balancer_in(subnet))[0] for name in ("first", "second"))
    town.make(BACKENDS, **backends(first))
    assert "no backend set" in town.refused(LISTENER, **listener(second))
    assert "set" in town.refused(BACKENDS, "again", **backends(first))
    assert town.make(BACKENDS, "again", **backends(second))
    subnet_id = subnet.replace("subnet", "loadbalancer")
    assert "does not exist" in town.refused(BACKENDS, "nowhere", **backends(subnet_id))


def test_a_port_has_one_choice_of_protocols_and_one_listener_unless_hosts_tell_them_apart(town: Town) -> None:
    balancer = town.balancer()
    town.make(BACKENDS, **backends(balancer))
    town.make(LISTENER, **listener(balancer, hostnameNames=["a"]))
    older = {**TLS, "protocols": ["TLSv1.2"]}
    other = listener(balancer, name="other", hostnameNames=["b"])
    assert "same TLS protocols" in town.refused(LISTENER, "other", **{**other, "sslConfiguration": older})
    town.make(LISTENER, "other", **other)
    alone = {"name": "alone", "port": 80, "sslConfiguration": None}
    town.make(LISTENER, "alone", **listener(balancer, **alone))
    assert "409-Conflict: the listener alone is already on port 80" in town.refused(
        LISTENER, "second", **listener(balancer, **{**alone, "name": "second"})
    )


def test_a_certificate_is_of_the_region(town: Town) -> None:
    balancer = town.balancer()
    town.make(BACKENDS, **backends(balancer))
    abroad = {**TLS, "certificateIds": ["ocid1.certificate.oc1.us-ashburn-1.town"]}
    assert "is not in ap-tokyo-1" in town.refused(LISTENER, **listener(balancer, sslConfiguration=abroad))
    assert town.make(LISTENER, **listener(balancer))


def test_a_set_by_hash_has_no_backups(town: Town) -> None:
    balancer = town.balancer()
    town.make(BACKENDS, **backends(balancer, policy="IP_HASH"))
    assert "has no backups" in town.refused(BACKEND, **backend(balancer, backup=True))
    assert town.make(BACKEND, **backend(balancer))


@pytest.mark.parametrize(
    ("suite", "versions"),
    [
        ("oci-tls-12-13-wider-ssl-cipher-suite-v1", {"TLSv1.2", "TLSv1.3"}),
        ("oci-tls-13-recommended-ssl-cipher-suite-v1", {"TLSv1.3"}),
        ("oci-default-http2-tls-12-13-ssl-cipher-suite-v1", {"TLSv1.2", "TLSv1.3"}),
        ("oci-fips-tls-12-ssl-cipher-suite-v3", {"TLSv1.2"}),
        ("oci-default-ssl-cipher-suite-v1", {"TLSv1", "TLSv1.1", "TLSv1.2"}),
    ],
)
def test_a_suites_name_says_its_versions(suite: str, versions: set[str]) -> None:
    assert spoken(suite) == versions


def checked(**more: Any) -> dict[str, Any]:
    return {"healthChecker": {**CHECKER, **more}}


def spoken_with(**more: Any) -> dict[str, Any]:
    return {"sslConfiguration": {name: value for name, value in {**TLS, **more}.items() if value is not None}}


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (BALANCER, {"shape": "100Mbps"}, "shape"),
        (BALANCER, {"shapeDetails": None}, "shapeDetails"),
        (
            BALANCER,
            {"shapeDetails": {"minimumBandwidthInMbps": 9, "maximumBandwidthInMbps": 100}},
            "shapeDetails.minimumBandwidthInMbps",
        ),
        (
            BALANCER,
            {"shapeDetails": {"minimumBandwidthInMbps": 10, "maximumBandwidthInMbps": 8001}},
            "shapeDetails.maximumBandwidthInMbps",
        ),
        (
            BALANCER,
            {"shapeDetails": {"minimumBandwidthInMbps": 101, "maximumBandwidthInMbps": 100}},
            "shapeDetails.minimumBandwidthInMbps",
        ),
        (BALANCER, {"subnetIds": []}, "subnetIds"),
        (BALANCER, {"subnetIds": ["a", "b"]}, "subnetIds"),
        (BALANCER, {"networkSecurityGroupIds": list("abcdef")}, "networkSecurityGroupIds"),
        (BALANCER, {"ipMode": "IPV5"}, "ipMode"),
        (BALANCER, {"displayName": ""}, "displayName"),
        (BACKENDS, {"name": "with space"}, "name"),
        (BACKENDS, {"name": "a" * 33}, "name"),
        (BACKENDS, {"policy": "RANDOM"}, "policy"),
        (BACKENDS, checked(protocol="UDP"), "healthChecker.protocol"),
        (BACKENDS, {"healthChecker": {"protocol": "HTTP"}}, "healthChecker.urlPath"),
        (BACKENDS, checked(urlPath="health"), "healthChecker.urlPath"),
        (BACKENDS, checked(intervalMs=999), "healthChecker.intervalMs"),
        (BACKENDS, checked(timeoutInMillis=600_001), "healthChecker.timeoutInMillis"),
        (BACKENDS, checked(returnCode=99), "healthChecker.returnCode"),
        (BACKENDS, checked(port=65536), "healthChecker.port"),
        (
            BACKENDS,
            {"sessionPersistenceConfiguration": {"cookieName": "a"}, "lbCookieSessionPersistenceConfiguration": {}},
            "lbCookieSessionPersistenceConfiguration",
        ),
        (BACKEND, {"ipAddress": "town.example"}, "ipAddress"),
        (BACKEND, {"port": 0}, "port"),
        (BACKEND, {"weight": 101}, "weight"),
        (BACKEND, {"maxConnections": 255}, "maxConnections"),
        (LISTENER, {"protocol": "UDP"}, "protocol"),
        (LISTENER, {"port": 0}, "port"),
        (LISTENER, {"protocol": "HTTP2", "sslConfiguration": None}, "sslConfiguration"),
        (LISTENER, spoken_with(protocols=["SSLv3"], cipherSuiteName=None), "sslConfiguration.protocols[0]"),
        (LISTENER, spoken_with(certificateIds=None), "sslConfiguration.certificateIds"),
        (LISTENER, spoken_with(certificateName="a"), "sslConfiguration.certificateIds"),
        (LISTENER, spoken_with(certificateIds=[CERTIFICATE] * 2), "sslConfiguration.certificateIds"),
        (
            LISTENER,
            spoken_with(certificateIds=["ocid1.cabundle.oc1.ap-tokyo-1.a"]),
            "sslConfiguration.certificateIds[0]",
        ),
        (LISTENER, spoken_with(cipherSuiteName="mine"), "sslConfiguration.cipherSuiteName"),
        (LISTENER, spoken_with(cipherSuiteName=None), "sslConfiguration.protocols"),
        (LISTENER, spoken_with(serverOrderPreference="YES"), "sslConfiguration.serverOrderPreference"),
    ],
)
def test_values_of_load_balancers(town: Town, token: str, inputs: dict[str, Any], path: str) -> None:
    whole = {BALANCER: balancer_in("s"), BACKENDS: backends("b"), BACKEND: backend("b"), LISTENER: listener("b")}
    assert town.paths(token, **whole[token]) == []
    assert set(town.paths(token, **{**whole[token], **inputs})) == {path}
