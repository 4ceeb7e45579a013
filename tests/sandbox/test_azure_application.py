"""What the sandbox's Azure Container Apps refuse."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_azure import (
    APP,
    APPS,
    ENDPOINT,
    ENVIRONMENT,
    REGISTRY,
    ROLES,
    Town,
    callers,
    endpoint,
    environment,
)

PULLS = f"{ROLES}/7f951dda-4ed3-4680-a7ca-43fe172d538d"


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def test_an_environment_with_profiles_needs_a_delegated_subnet_and_one_without_refuses_it(town: Town) -> None:
    town.network()
    plain = town.subnet("plain", "10.0.0.0/23")
    delegated = town.subnet("delegated", "10.0.2.0/24", "Microsoft.App/environments")
    tiny = town.subnet("tiny", "10.0.3.0/28", "Microsoft.App/environments")
    assert "SubnetDelegationError" in town.refused(ENVIRONMENT, **environment(plain, profiles=True))
    assert "SubnetDelegationNotAllowed" in town.refused(ENVIRONMENT, **environment(delegated, profiles=False))
    assert "/28 is too small" in town.refused(ENVIRONMENT, **environment(tiny, profiles=True))
    town.make(ENVIRONMENT, **environment(delegated, profiles=True))
    assert "SubnetInUse" in town.refused(ENVIRONMENT, **environment(delegated, profiles=True, name="more"))


def test_an_environment_takes_private_endpoints_only_while_it_is_not_public(town: Town) -> None:
    town.network()
    delegated = town.subnet("delegated", "10.0.2.0/24", "Microsoft.App/environments")
    entry = town.subnet("entry", "10.0.1.0/24")
    id_, _ = town.make(ENVIRONMENT, **environment(delegated, profiles=True))
    refused = town.refused(ENDPOINT, **endpoint("e", entry, id_, "managedEnvironments"))
    assert "only while its public network access is disabled" in refused


def test_an_app_names_a_profile_and_an_identity_that_it_has_and_holds_its_environment(town: Town) -> None:
    town.network()
    subnet = town.subnet("delegated", "10.0.2.0/24", "Microsoft.App/environments")
    place, _ = town.make(ENVIRONMENT, **environment(subnet, profiles=True))
    base: dict[str, Any] = {"containerAppName": "app", "managedEnvironmentId": place}
    assert "WorkloadProfileNotFound" in town.refused(APP, **base, workloadProfileName="D4")
    registries: dict[str, Any] = {"registries": [{"server": "a.azurecr.io", "identity": "somebody"}]}
    assert "InvalidRegistryIdentity" in town.refused(APP, **base, configuration=registries)
    town.make(APP, **base)
    assert "app" in town.caller.refusal(town.caller.delete, ENVIRONMENT, place)


def test_an_environment_lies_in_the_region_of_its_network_and_keeps_it(town: Town) -> None:
    town.network()
    town.network("far", location="japanwest")
    far = town.subnet("apps", "10.0.2.0/24", APPS, "far")
    near, other = town.subnet("apps", "10.0.2.0/24", APPS), town.subnet("other", "10.0.3.0/24", APPS)
    assert "both resources are in the same region" in town.refused(ENVIRONMENT, **environment(far, profiles=True))
    made, _ = town.make(ENVIRONMENT, **environment(near, profiles=True))
    for changes in ({"infrastructureSubnetId": other}, {"infrastructureSubnetId": near, "internal": True}):
        assert "only when an environment is made" in town.rejected(ENVIRONMENT, made, vnetConfiguration=changes)
    assert "ManagedEnvironmentTypeUpdateNotSupported" in town.rejected(ENVIRONMENT, made, workloadProfiles=None)


def test_a_profile_that_an_app_uses_stays(town: Town) -> None:
    town.network()
    place, _ = town.make(ENVIRONMENT, **environment(town.subnet("apps", "10.0.2.0/24", APPS), profiles=True))
    town.make(APP, containerAppName="app", managedEnvironmentId=place, workloadProfileName="Consumption")
    dedicated: list[Any] = [{"name": "big", "workloadProfileType": "D4", "minimumCount": 1, "maximumCount": 2}]
    assert "WorkloadProfileInUse" in town.rejected(ENVIRONMENT, place, workloadProfiles=dedicated)
    assert "ManagedEnvironmentHasContainerApps" in town.caller.refusal(town.caller.delete, ENVIRONMENT, place)


def test_an_app_lies_where_its_environment_does(town: Town) -> None:
    place, _ = town.make(ENVIRONMENT, environmentName="apps")
    refused = town.refused(APP, containerAppName="app", managedEnvironmentId=place, location="japanwest")
    assert "must be in the region of" in refused


def test_an_app_pulls_only_what_its_identity_may(town: Town) -> None:
    place, _ = town.make(ENVIRONMENT, environmentName="apps")
    images, outputs = town.make(REGISTRY, registryName="images", sku={"name": "Premium"})
    identity, principal = town.identity()
    wanted: dict[str, Any] = {
        "containerAppName": "app",
        "managedEnvironmentId": place,
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [identity]},
        "configuration": {"registries": [{"server": outputs["loginServer"], "identity": identity}]},
    }
    assert "unable to pull image using Managed identity" in town.refused(APP, **wanted)
    town.grant(1, PULLS, principal, images)
    town.make(APP, **wanted)


def test_an_app_shows_its_ready_revision_only_later_and_an_address_only_with_ingress(town: Town) -> None:
    place, _ = town.make(ENVIRONMENT, environmentName="apps")
    id_, outputs = town.make(APP, containerAppName="app", managedEnvironmentId=place)
    assert not {"latestReadyRevisionName", "latestRevisionFqdn"} & set(outputs)
    assert town.caller.read(APP, id_)[2]["latestReadyRevisionName"] == outputs["latestRevisionName"]
