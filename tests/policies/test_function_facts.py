"""Functions, web apps and node pools of bare resources on each cloud: what holds, what breaks, what stays open."""

from dataclasses import replace

from policies.facts.vocabulary import UNKNOWN
from policies.judge import Answer
from tests.policies.bare import Example, answers, survives_odd_values
from tests.policies.functions import EXAMPLES, aws, azure, gcp, oci


def test_nodes_without_a_template_are_judged_by_what_the_group_says() -> None:
    group = next(one for one in EXAMPLES if one.token == "aws:eks/nodeGroup:NodeGroup")
    plain = {**group.good, "launchTemplate": None}
    assert answers(Answer.VIOLATED, group, plain) == {aws.DISK, aws.PATCHES}
    for change, slug in (
        ({"remoteAccess": {"ec2SshKey": "office"}}, aws.BASTION),
        ({"amiType": "AL2_x86_64"}, aws.METADATA),
        ({"subnetIds": ["subnet-a", "open"]}, aws.PUBLIC),
    ):
        assert answers(Answer.VIOLATED, group, {**plain, **change}) == {aws.DISK, aws.PATCHES, slug}
    elsewhere = replace(group, beside={})
    assert answers(Answer.UNKNOWN, elsewhere, group.good) >= {aws.PUBLIC, aws.METADATA, aws.BASTION}


def test_without_a_diagnostic_setting_nobody_keeps_what_an_app_writes_or_is_asked() -> None:
    app = next(one for one in EXAMPLES if one.token == "azure-native:web:WebApp")
    beside = {name: found for name, found in app.beside.items() if name != "setting"}
    assert answers(Answer.VIOLATED, replace(app, beside=beside), app.good) == {azure.LOGS, azure.REQUESTS}


def test_nodes_are_kept_and_entered_as_their_cluster_says() -> None:
    pool = next(one for one in EXAMPLES if one.token == "azure-native:containerservice:AgentPool")
    old = {**pool.good, "resourceName": "old"}
    assert answers(Answer.VIOLATED, pool, old) == {azure.DISK, azure.PATCHES, azure.BASTION}


def test_nodes_of_a_private_cluster_are_private_and_those_a_cluster_is_born_with_are_judged() -> None:
    pool = next(one for one in EXAMPLES if one.token == "gcp:container/nodePool:NodePool")
    cluster = (
        "gcp:container/cluster:Cluster",
        {"name": "cluster", "privateClusterConfig": {"enablePrivateNodes": True}},
    )
    inside = {**pool.good, "cluster": "cluster", "networkConfig": None}
    assert answers(Answer.VIOLATED, replace(pool, beside={"cluster": cluster}), inside) == set()
    born = Example(token=cluster[0], good={})
    nodes = {gcp.DISK, gcp.BOOT, gcp.METADATA, gcp.PUBLIC}
    assert answers(Answer.VIOLATED, born, {}) >= nodes
    for gone in ({"removeDefaultNodePool": True}, {"enableAutopilot": True}):
        assert answers(Answer.VIOLATED, born, gone) & nodes == set()


def test_a_function_of_oci_is_judged_by_its_image_its_group_and_its_log() -> None:
    one, lost = oci.FUNCTIONS, {oci.LOGS}
    assert answers(Answer.VIOLATED, one, one.good) == lost
    assert answers(Answer.UNKNOWN, one, one.good) == set()
    assert answers(Answer.VIOLATED, one, {**one.good, "image": "docker.io/town/app:1"}) == lost | {oci.IMAGE}
    newer = {"applicationId": "application", "sourceDetails": {"image": "docker.io/town/app:1"}}
    assert answers(Answer.VIOLATED, one, newer) == lost | {oci.IMAGE}
    assert oci.IMAGE in answers(Answer.UNKNOWN, one, {**one.good, "image": UNKNOWN})
    beside = {name: found for name, found in one.beside.items() if name != "group"}
    assert answers(Answer.VIOLATED, replace(one, beside=beside), one.good) == lost | {oci.IDENTITY}
    log = ("oci:Logging/log:Log", {"configuration": {"source": {"resource": "application", "category": "invoke"}}})
    assert answers(Answer.VIOLATED, replace(one, beside={**one.beside, "log": log}), one.good) == lost  # kept nowhere
    assert survives_odd_values(one) > 0


def test_a_node_pool_of_oci_is_judged_by_its_subnets_its_key_and_its_metadata() -> None:
    one, always = oci.NODES, {oci.BOOT, oci.PATCHES}
    assert answers(Answer.VIOLATED, one, one.good) == always
    assert answers(Answer.UNKNOWN, one, one.good) == set()
    for change, slug in (
        ({"nodeConfigDetails": {**oci.DETAILS, "kmsKeyId": None}}, oci.DISK),
        ({"nodeConfigDetails": {**oci.DETAILS, "placementConfigs": [{"subnetId": "open"}]}}, oci.PUBLIC),
        ({"nodeMetadata": None}, oci.METADATA),
        ({"sshPublicKey": "ssh-ed25519 AAAA"}, oci.BASTION),
    ):
        assert answers(Answer.VIOLATED, one, {**one.good, **change}) == always | {slug}
    assert answers(Answer.UNKNOWN, one, {**one.good, **oci.OPEN}) == {oci.DISK, oci.PUBLIC}
    assert survives_odd_values(one) > 0
