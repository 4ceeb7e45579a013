"""What the sandbox's AWS refuses of load balancers, target groups and listeners because of what is there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.aws_town import (
    ACCOUNT,
    BALANCER,
    BUCKET,
    BUCKET_POLICY,
    CERTIFICATE,
    ENDPOINT,
    GROUP,
    LISTENER,
    OSAKA,
    REGION,
    SUBNET,
    TARGETS,
    A,
    C,
    D,
    Town,
    document,
    towns,
)

DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with towns(state) as made:
        yield made


def inside(subnets: list[str], **more: Any) -> dict[str, Any]:
    return {"internal": True, "subnets": subnets, **more}


def targets(vpc: str, **more: Any) -> dict[str, Any]:
    return {"vpcId": vpc, "port": 8080, "protocol": "HTTP", "targetType": "ip", **more}


def listener(balancer: str, group: str, **more: Any) -> dict[str, Any]:
    action = {"type": "forward", "targetGroupArn": group}
    secure = {"port": 443, "protocol": "HTTPS", "certificateArn": CERTIFICATE}
    return {"loadBalancerArn": balancer, "defaultActions": [action], **secure, **more}


class Front:
    """A network with an internal load balancer and a target group."""

    def __init__(self, town: Town) -> None:
        self.town, self.vpc = town, town.vpc()
        self.subnets = town.pair(self.vpc)
        self.balancer, self.outputs = town.make(BALANCER, **inside(self.subnets))
        self.group = town.make(TARGETS, **targets(self.vpc))[0]

    def listens(self, **more: Any) -> dict[str, Any]:
        return listener(self.balancer, self.group, **more)


@pytest.fixture
def front(town: Town) -> Front:
    return Front(town)


def test_a_load_balancer_has_one_subnet_in_each_of_two_zones(town: Town) -> None:
    vpc = town.vpc()
    one, two = town.pair(vpc)
    same = town.subnet(vpc, "10.0.2.0/24", A)
    words = "At least two subnets in two different Availability Zones"
    for few in ([one], [one, same]):
        assert words in town.refused(BALANCER, **inside(few))
    assert "multiple subnets in the same Availability Zone" in town.refused(BALANCER, **inside([one, two, same]))
    town.make(BALANCER, **inside([one, two]))
    network = town.make(BALANCER, "network", **inside([one], loadBalancerType="network"))
    assert network[1]["zoneId"] == "Z31USIVHYNEOWT"


def test_a_load_balancer_is_in_one_network_with_its_groups(town: Town) -> None:
    vpc, other = town.vpc("one"), town.vpc("other", "10.1.0.0/16")
    near, far = town.subnet(vpc), town.subnet(other, "10.1.0.0/24", C)
    mapped = {"internal": True, "subnetMappings": [{"subnetId": near}, {"subnetId": far}]}
    for mixed in (inside([near, far]), mapped):
        assert f"InvalidSubnet: {far} lies in {other}" in town.refused(BALANCER, **mixed)
    both = [near, town.subnet(vpc, "10.0.1.0/24", C)]
    group = town.group(other)
    refused = town.refused(BALANCER, **inside(both, securityGroups=[group]))
    assert f"InvalidSecurityGroup: {group} lies in {other}" in refused
    assert town.make(BALANCER, **inside(both))[1]["vpcId"] == vpc


def test_a_load_balancer_needs_eight_addresses_in_each_subnet(town: Town) -> None:
    vpc = town.vpc()
    both = [town.subnet(vpc, "10.0.0.0/28", A), town.subnet(vpc, "10.0.0.16/28", C)]
    service = {"serviceName": f"com.amazonaws.{REGION}.kms", "vpcEndpointType": "Interface"}
    for number in range(4):
        last, _ = town.make(ENDPOINT, f"endpoint-{number}", vpcId=vpc, **service, subnetIds=both[:1])
    assert f"Not enough IP space available in {both[0]}" in town.refused(BALANCER, **inside(both))
    town.caller.delete(ENDPOINT, last)
    made = town.make(BALANCER, **inside(both))
    town.caller.update(BALANCER, *made, inside(both, idleTimeout=61))
    third = town.subnet(vpc, "10.0.0.32/28", D)
    for number in range(4):
        town.make(ENDPOINT, f"third-{number}", vpcId=vpc, **service, subnetIds=[third])
    assert f"Not enough IP space available in {third}" in town.refusal_of_update(
        BALANCER, made, **inside([*both, third])
    )


def test_no_network_has_an_internet_gateway(town: Town) -> None:
    vpc = town.vpc()
    subnets = town.pair(vpc)
    assert f"InvalidSubnet: VPC {vpc} has no internet gateway" in town.refused(BALANCER, subnets=subnets)
    town.make(BALANCER, subnets=subnets, internal=True)


def test_what_a_load_balancer_stands_in_stays(town: Town) -> None:
    vpc = town.vpc()
    subnets, group = town.pair(vpc), town.group(vpc)
    made, _ = town.make(BALANCER, **inside(subnets, securityGroups=[group]))
    for token, id_ in ((SUBNET, subnets[1]), (GROUP, group)):
        assert town.refusal_of_delete(token, id_).startswith("DependencyViolation: ")
    town.caller.delete(BALANCER, made)
    town.caller.delete(SUBNET, subnets[1])
    town.caller.delete(GROUP, group)


def test_a_guarded_load_balancer_stays(front: Front) -> None:
    made = (front.balancer, front.outputs)
    guarded = front.town.caller.update(BALANCER, *made, inside(front.subnets, enableDeletionProtection=True))
    assert "deletion protection is enabled" in front.town.refusal_of_delete(BALANCER, front.balancer)
    front.town.caller.update(BALANCER, front.balancer, guarded, inside(front.subnets))
    front.town.caller.delete(BALANCER, front.balancer)


def test_names_are_there_once_in_a_region(front: Front) -> None:
    town = front.town
    town.make(BALANCER, "one", **inside(front.subnets, name="town"))
    assert "'town' is already in use" in town.refused(BALANCER, "two", **inside(front.subnets, name="town"))
    town.make(TARGETS, "one", **targets(front.vpc, name="town"))
    assert "'town' is already in use" in town.refused(TARGETS, "two", **targets(front.vpc, name="town"))
    osaka = town.osaka.create("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})[0]
    town.osaka.create(TARGETS, targets(osaka, name="town"))


def test_a_prefix_makes_a_name(front: Front) -> None:
    _, balancer = front.town.make(BALANCER, "one", **inside(front.subnets, namePrefix="town-"))
    assert (balancer["name"][:5], len(balancer["name"])) == ("town-", 31)
    assert balancer["dnsName"].startswith(f"internal-{balancer['name']}-")
    _, group = front.town.make(TARGETS, "one", **targets(front.vpc, namePrefix="town-"))
    assert f":targetgroup/{group['name']}/" in group["arn"]


def admit(town: Town, store: str, resource: str, **principal: str) -> Any:
    policy = document(Principal=principal, Action="s3:PutObject", Resource=resource)
    return town.make(BUCKET_POLICY, store, bucket=store, policy=policy)


OLD = {"AWS": "arn:aws:iam::582318560864:root"}


@pytest.mark.parametrize("principal", [{"Service": DELIVERY}, OLD], ids=["service", "account"])
def test_access_logs_need_a_store_that_admits_them(town: Town, principal: dict[str, str]) -> None:
    subnets = town.pair(town.vpc())
    store, _ = town.make(BUCKET, bucket="store")
    logs = inside(subnets, accessLogs={"enabled": True, "bucket": store, "prefix": "access"})
    words = "InvalidConfigurationRequest: Access Denied for bucket: store."
    assert f"{words} Please check S3bucket permission" in town.refused(BALANCER, **logs)
    wrong, outputs = admit(town, store, "arn:aws:s3:::store/other/*", **principal)
    assert words in town.refused(BALANCER, **logs)
    path = f"arn:aws:s3:::store/access/AWSLogs/{ACCOUNT}/*"
    policy = document(Principal=principal, Action="s3:PutObject", Resource=path)
    town.caller.update(BUCKET_POLICY, wrong, outputs, {"bucket": store, "policy": policy})
    town.make(BALANCER, **logs)
    town.make(BALANCER, "unused", **inside(subnets, accessLogs={"enabled": False, "bucket": store}))


def test_access_logs_go_to_a_store_of_the_region_with_the_services_own_key(town: Town) -> None:
    subnets = town.pair(town.vpc())
    far, _ = town.osaka.create(BUCKET, {"bucket": "far"}, name="far")
    admit(town, far, "arn:aws:s3:::far/*", Service=DELIVERY)
    refused = town.refused(BALANCER, **inside(subnets, accessLogs={"enabled": True, "bucket": far}))
    assert f"It lies in {OSAKA}, not in {REGION}" in refused
    store, _ = town.make(BUCKET, "store", bucket="store")
    admit(town, store, "arn:aws:s3:::store/*", Service=DELIVERY)
    encrypted = town.make(ENCRYPTION, bucket=store, rules=[rule("aws:kms")])
    logs = inside(subnets, accessLogs={"enabled": True, "bucket": store})
    assert "Only Amazon S3 managed keys (SSE-S3) are supported" in town.refused(BALANCER, **logs)
    town.caller.update(ENCRYPTION, *encrypted, {"bucket": store, "rules": [rule("AES256")]})
    town.make(BALANCER, **logs)


def rule(algorithm: str) -> dict[str, Any]:
    return {"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}}


@pytest.mark.parametrize(
    "certificate",
    [CERTIFICATE.replace(REGION, OSAKA), CERTIFICATE.replace(ACCOUNT, "999900001111")],
    ids=["region", "account"],
)
def test_a_certificate_is_of_region_and_account(front: Front, certificate: str) -> None:
    assert "CertificateNotFound" in front.town.refused(LISTENER, **front.listens(certificateArn=certificate))
    _, outputs = front.town.make(LISTENER, **front.listens())
    assert outputs["sslPolicy"] == "ELBSecurityPolicy-2016-08"


def test_a_port_has_one_listener(front: Front) -> None:
    town = front.town
    town.make(LISTENER, "one", **front.listens())
    assert "DuplicateListener" in town.refused(LISTENER, "two", **front.listens())
    second = town.make(LISTENER, "two", **front.listens(port=8443))
    assert "DuplicateListener" in town.refusal_of_update(LISTENER, second, **front.listens())


def test_a_load_balancer_speaks_the_protocols_of_its_type(front: Front) -> None:
    town = front.town
    plain = {"protocol": "TCP", "certificateArn": None}
    streams = {name: given for name, given in front.listens(**plain).items() if given is not None}
    assert "UnsupportedProtocol" in town.refused(LISTENER, **streams)
    assert "A port must be specified" in town.refused(
        LISTENER, **{name: given for name, given in front.listens().items() if name != "port"}
    )
    network, _ = town.make(BALANCER, "network", **inside(front.subnets, loadBalancerType="network"))
    assert "UnsupportedProtocol" in town.refused(LISTENER, **listener(network, front.group))
    on_network = {**streams, "loadBalancerArn": network}
    assert "IncompatibleProtocols" in town.refused(LISTENER, **on_network)
    group, _ = town.make(TARGETS, "tcp", **targets(front.vpc, protocol="TCP"))
    town.make(LISTENER, **{**on_network, "defaultActions": [{"type": "forward", "targetGroupArn": group}]})
    several = [{"type": "forward", "forward": {"targetGroups": [{"arn": group}]}}]
    assert "IncompatibleProtocols" in town.refused(LISTENER, "web", **front.listens(defaultActions=several))


def test_a_listener_forwards_within_its_network_to_groups_of_its_own(front: Front) -> None:
    town = front.town
    far, _ = town.make(TARGETS, "far", **targets(town.vpc("other", "10.1.0.0/16")))
    assert f"target group '{far}' is in" in town.refused(LISTENER, **listener(front.balancer, far))
    town.make(LISTENER, **front.listens())
    second, _ = town.make(BALANCER, "second", **inside(front.subnets))
    assert "TargetGroupAssociationLimit" in town.refused(LISTENER, "two", **listener(second, front.group))
    town.make(LISTENER, "same", **front.listens(port=8443))


def test_a_group_goes_after_its_listeners(front: Front) -> None:
    several = [{"type": "forward", "forward": {"targetGroups": [{"arn": front.group, "weight": 1}]}}]
    for actions in (front.listens()["defaultActions"], several):
        made, _ = front.town.make(LISTENER, **front.listens(defaultActions=actions))
        assert front.town.refusal_of_delete(TARGETS, front.group).startswith("ResourceInUse: ")
        front.town.caller.delete(LISTENER, made)
    front.town.caller.delete(TARGETS, front.group)
