"""Container instances and image repositories in the sandbox's OCI."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import drift
from tests.sandbox.test_oci import (
    COMPARTMENT,
    DOMAIN,
    DYNAMIC_GROUP,
    INSTANCE,
    NAMESPACE,
    REPOSITORY,
    Town,
    callers,
    group,
    instance,
)

IMAGE = f"ocir.ap-tokyo-1.oci.oraclecloud.com/{NAMESPACE}/town/app@sha256:0"


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def repository(**inputs: Any) -> dict[str, Any]:
    return {"compartmentId": COMPARTMENT, "displayName": "town/app", **inputs}


def test_it_tells_its_interface_and_its_containers(town: Town) -> None:
    subnet = town.subnet()["id"]
    made = town.made(INSTANCE, **instance(subnet))
    vnic = town.lookup("oci:Core/getVnic:getVnic", vnicId=made["vnics"][0]["vnicId"])
    assert vnic["privateIpAddress"] == made["vnics"][0]["privateIp"]
    assert vnic["privateIpAddress"].startswith("10.0.1.")
    (container,) = made["containers"]
    assert container["containerId"].startswith("ocid1.computecontainer.oc1.ap-tokyo-1.")
    assert (container["availabilityDomain"], container["faultDomain"]) == (DOMAIN, "FAULT-DOMAIN-1")
    renamed = town.caller.update(INSTANCE, made["id"], made, {**instance(subnet), "displayName": "other"})
    assert renamed["vnics"] == made["vnics"]


def test_it_lies_in_the_only_domain(town: Town) -> None:
    subnet = town.subnet()["id"]
    assert "there is no availability domain AD-2" in town.refused(
        INSTANCE, **instance(subnet, availabilityDomain="AD-2")
    )
    assert town.make(INSTANCE, **instance(subnet))


def test_its_interface_is_private_and_its_groups_are_of_its_network(town: Town) -> None:
    own, other = town.network()["id"], town.network("other")["id"]
    subnet = town.subnet(vcnId=own)["id"]
    public = [{"subnetId": subnet, "isPublicIpAssigned": True}]
    assert "prohibits public addresses" in town.refused(INSTANCE, **instance(subnet, vnics=public))
    open_ = town.subnet("open", "10.0.2.0/24", vcnId=own, prohibitPublicIpOnVnic=False)["id"]
    assert town.make(INSTANCE, "open", **instance(open_, vnics=[{"subnetId": open_, "isPublicIpAssigned": True}]))
    near, foreign = town.group(own), town.group(other)
    assert "is not in the network" in town.refused(
        INSTANCE, **instance(subnet, vnics=[{"subnetId": subnet, "nsgIds": [foreign]}])
    )
    assert town.make(INSTANCE, **instance(subnet, vnics=[{"subnetId": subnet, "nsgIds": [near]}]))


def test_a_private_image_is_pulled_when_a_policy_lets_the_instance_read_its_repository(town: Town) -> None:
    asked = instance(town.subnet()["id"], containers=[{"imageUrl": IMAGE}])
    assert "there is no repository town/app" in town.refused(INSTANCE, **asked)
    town.make(REPOSITORY, **repository())
    for name, type_ in (("wrong", "fnfunc"), ("right", "computecontainerinstance")):
        rule = f"ALL {{resource.type = '{type_}', resource.compartment.id = '{COMPARTMENT}'}}"
        town.make(DYNAMIC_GROUP, name, **group(rule), name=name)
    for who, what, where in (
        ("dynamic-group wrong", "read repos", ""),
        ("dynamic-group right", "inspect repos", ""),
        ("dynamic-group right", "read repos", " where all {target.repo.name = 'village/app'}"),
        ("group right", "read repos", ""),
    ):
        town.admit(who, what, where)
        assert "no policy lets 'computecontainerinstance' read the repository town/app" in town.refused(
            INSTANCE, **asked
        )
    town.admit("dynamic-group right", "read repos", " where all {target.repo.name = 'town/app'}")
    assert town.make(INSTANCE, **asked)


def test_a_public_image_or_one_with_a_login_needs_no_policy(town: Town) -> None:
    subnet = town.subnet()["id"]
    town.make(REPOSITORY, "public", **repository(displayName="town/public", isPublic=True))
    assert town.make(INSTANCE, **instance(subnet, containers=[{"imageUrl": IMAGE.replace("/app@", "/public@")}]))
    town.make(REPOSITORY, **repository())
    login = {"secretType": "BASIC", "registryEndpoint": "ocir", "username": "dQ==", "password": "cA=="}
    asked = instance(subnet, containers=[{"imageUrl": IMAGE}])
    assert "no policy" in town.refused(INSTANCE, "other", **asked)
    assert town.make(INSTANCE, "other", **asked, imagePullSecrets=[login])


def test_a_repository_with_images_is_not_deleted_and_its_name_is_its_own(town: Town, state: Path) -> None:
    made = town.make(REPOSITORY, **repository())[0]
    assert "town/app" in town.refused(REPOSITORY, "second", **repository())
    drift.put(state, made, "hidden.images", 1)
    assert "409-Conflict" in town.refusal_of_delete(REPOSITORY, made)
    drift.put(state, made, "hidden.images", 0)
    town.caller.delete(REPOSITORY, made)


def container(**more: Any) -> dict[str, Any]:
    return {"containers": [{"imageUrl": "example.com/app", **more}]}


PROBE = {"healthCheckType": "HTTP", "port": 80, "path": "/"}


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (REPOSITORY, {"displayName": "Upper/Case"}, "displayName"),
        (REPOSITORY, {"displayName": "town//app"}, "displayName"),
        (REPOSITORY, {"readme": {"content": "a", "format": "html"}}, "readme.format"),
        (INSTANCE, {"shape": "VM.Standard.E4.Flex"}, "shape"),
        (INSTANCE, {"shapeConfig": {"ocpus": 65, "memoryInGbs": 65}}, "shapeConfig.ocpus"),
        (INSTANCE, {"shapeConfig": {"ocpus": 1, "memoryInGbs": 65}}, "shapeConfig.memoryInGbs"),
        (INSTANCE, {"shapeConfig": {"ocpus": 2, "memoryInGbs": 1}}, "shapeConfig.memoryInGbs"),
        (INSTANCE, {"shapeConfig": {"ocpus": 20, "memoryInGbs": 1025}}, "shapeConfig.memoryInGbs"),
        (INSTANCE, {"faultDomain": "FAULT-DOMAIN-4"}, "faultDomain"),
        (INSTANCE, {"containerRestartPolicy": "SOMETIMES"}, "containerRestartPolicy"),
        (INSTANCE, {"containers": []}, "containers"),
        (INSTANCE, {"vnics": [{"subnetId": "a"}, {"subnetId": "b"}]}, "vnics"),
        (INSTANCE, {"vnics": [{"subnetId": "a", "nsgIds": list("abcdef")}]}, "vnics[0].nsgIds"),
        (INSTANCE, {"state": "GONE"}, "state"),
        (INSTANCE, {"volumes": [{"name": f"v{n}", "volumeType": "EMPTYDIR"} for n in range(33)]}, "volumes"),
        (
            INSTANCE,
            {"imagePullSecrets": [{"registryEndpoint": "a", "secretType": "NONE"}]},
            "imagePullSecrets[0].secretType",
        ),
        (
            INSTANCE,
            container(volumeMounts=[{"mountPath": "/data", "volumeName": "data"}]),
            "containers[0].volumeMounts",
        ),
        (INSTANCE, container(environmentVariables={"A": "b" * 65_536}), "containers[0].environmentVariables"),
        (
            INSTANCE,
            container(healthChecks=[{**PROBE, "healthCheckType": "COMMAND"}]),
            "containers[0].healthChecks[0].healthCheckType",
        ),
        (INSTANCE, container(healthChecks=[{**PROBE, "port": 0}]), "containers[0].healthChecks[0].port"),
        (INSTANCE, container(healthChecks=[{**PROBE, "path": None}]), "containers[0].healthChecks[0].path"),
        (
            INSTANCE,
            container(healthChecks=[{**PROBE, "failureAction": "PRAY"}]),
            "containers[0].healthChecks[0].failureAction",
        ),
    ],
)
def test_values_of_containers_and_repositories(town: Town, token: str, inputs: dict[str, Any], path: str) -> None:
    whole = {REPOSITORY: repository(), INSTANCE: instance("s", **container(healthChecks=[PROBE]))}
    assert town.paths(token, **whole[token]) == []
    assert town.paths(token, **{**whole[token], **inputs}) == [path]
