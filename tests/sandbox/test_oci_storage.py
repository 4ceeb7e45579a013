"""Buckets, logs and connectors in the sandbox's OCI."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import drift
from sandbox.cloud.oci import PACKAGE
from sandbox.cloud.server import Server
from tests.sandbox.conftest import Caller
from tests.sandbox.test_oci import (
    BUCKET,
    COMPARTMENT,
    CONNECTOR,
    KEY,
    LOG,
    LOG_GROUP,
    NAMESPACE,
    OSAKA,
    REGION,
    TENANCY,
    Town,
    bucket,
    callers,
    in_days,
    key_of,
    retained,
)

LIFECYCLE = "oci:ObjectStorage/objectLifecyclePolicy:ObjectLifecyclePolicy"


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def collected(log_group: str, service: str, category: str, resource: str, **source: Any) -> dict[str, Any]:
    known = {"sourceType": "OCISERVICE", "service": service, "category": category, "resource": resource, **source}
    return {
        "displayName": f"{service}-{category}",
        "logGroupId": log_group,
        "logType": "SERVICE",
        "retentionDuration": 180,
        "configuration": {"compartmentId": COMPARTMENT, "source": known},
    }


def copied(**inputs: Any) -> dict[str, Any]:
    source = {"kind": "logging", "logSources": [{"compartmentId": TENANCY, "logGroupId": "_Audit"}]}
    target = {"kind": "objectStorage", "bucket": "archive", "namespace": NAMESPACE}
    return {"compartmentId": COMPARTMENT, "displayName": "copy", "source": source, "target": target, **inputs}


def test_bucket_names_are_one_space_in_the_namespace_of_a_region(state: Path) -> None:
    running = Server(state, (PACKAGE,))
    tokyo, osaka = (Caller(running.ports["oci"], tenancyOcid=TENANCY, region=region) for region in (REGION, OSAKA))
    Town(tokyo).make(BUCKET, **bucket(name="records"))
    assert "records" in Town(tokyo).refused(BUCKET, "second", **bucket(name="records"))
    assert "NamespaceNotFound" in Town(tokyo).refused(BUCKET, **{**bucket(), "namespace": "other"})
    assert Town(osaka).make(BUCKET, **bucket(name="records"))
    for caller in (tokyo, osaka):
        caller.close()
    running.stop()


def test_a_key_of_another_region_is_refused(state: Path) -> None:
    running = Server(state, (PACKAGE,))
    tokyo, osaka = (Caller(running.ports["oci"], tenancyOcid=TENANCY, region=region) for region in (REGION, OSAKA))
    vault = Town(osaka).vault()
    key = Town(osaka).make(KEY, **key_of(vault))[0]
    assert f"lies in {OSAKA}, not in {REGION}" in Town(tokyo).refused(BUCKET, **bucket(kmsKeyId=key))
    for caller in (tokyo, osaka):
        caller.close()
    running.stop()


def test_a_bucket_goes_only_when_it_is_empty(town: Town, state: Path) -> None:
    made = town.make(BUCKET, **bucket(name="records"))[0]
    drift.put(state, made, "hidden.objects", 1)
    assert "409-BucketNotEmpty" in town.refusal_of_delete(BUCKET, made)
    drift.put(state, made, "hidden.objects", 0)
    town.caller.delete(BUCKET, made)


@pytest.mark.parametrize(("days", "let"), [(13.5, False), (14.5, True)])
def test_a_lock_is_asked_for_14_days_ahead(town: Town, days: float, let: bool) -> None:
    asked = bucket(name="records", retentionRules=retained("30", timeRuleLocked=in_days(days)))
    open_ = town.make(BUCKET, **bucket(name="open", retentionRules=retained("30")))
    later = bucket(name="open", retentionRules=retained("30", timeRuleLocked=in_days(days)))
    if let:
        assert town.make(BUCKET, **asked)
        assert town.caller.update(BUCKET, *open_, later)
    else:
        assert "is not at least 14 days ahead" in town.refused(BUCKET, **asked)
        assert "is not at least 14 days ahead" in town.refusal_of_update(BUCKET, open_, **later)


def test_a_rule_is_bound_only_once_its_lock_is_in_force_and_then_only_grows(town: Town, state: Path) -> None:
    lock, past = in_days(15), in_days(-1)
    asked = bucket(name="records", retentionRules=retained("30", timeRuleLocked=lock))
    made = town.make(BUCKET, **asked)
    outputs = town.caller.update(BUCKET, *made, {**asked, "retentionRules": retained("29", timeRuleLocked=lock)})
    drift.put(state, made[0], "retentionRules", retained("29", timeRuleLocked=past))
    for worse in (
        retained("28", timeRuleLocked=past),
        retained("29"),
        retained("29", timeRuleLocked=in_days(20)),
        [{**retained("29")[0], "displayName": "other"}],
    ):
        refused = town.refusal_of_update(BUCKET, (made[0], outputs), **{**asked, "retentionRules": worse})
        assert "409-RetentionRuleLocked" in refused
    longer = {**asked, "retentionRules": retained("31", timeRuleLocked=past)}
    assert town.caller.update(BUCKET, made[0], outputs, longer)["retentionRules"][0]["duration"]["timeAmount"] == "31"


def test_versioning_once_on_is_suspended_not_disabled(town: Town) -> None:
    assert "begins with versioning" in town.refused(BUCKET, **bucket(name="a", versioning="Suspended"))
    id_, outputs = town.make(BUCKET, **bucket(name="a", versioning="Enabled"))
    off = bucket(name="a", versioning="Disabled")
    assert "can be suspended" in town.refusal_of_update(BUCKET, (id_, outputs), **off)
    outputs = town.caller.update(BUCKET, id_, outputs, bucket(name="a", versioning="Suspended"))
    assert outputs["versioning"] == "Suspended"
    assert "can be suspended" in town.refusal_of_update(BUCKET, (id_, outputs), **off)


def test_a_log_is_unique_and_its_resource_is_there_and_its_group_stays_until_it_goes(town: Town) -> None:
    logs = town.make(LOG_GROUP, compartmentId=COMPARTMENT, displayName="logs")[0]
    asked = collected(logs, "objectstorage", "read", "records")
    assert "does not exist" in town.refused(LOG, **asked)
    store = town.make(BUCKET, **bucket(name="records"))[1]
    assert "no log category" in town.refused(LOG, **collected(logs, "objectstorage", "delete", "records"))
    assert "no log category" in town.refused(LOG, **collected(logs, "nothing", "read", "records"))
    log, outputs = town.make(LOG, **asked)
    assert outputs["compartmentId"] == store["compartmentId"]
    assert "already collects" in town.refused(LOG, "other", **{**asked, "displayName": "other"})
    assert "still has the log" in town.refusal_of_delete(LOG_GROUP, logs)
    town.caller.delete(LOG, log)
    town.caller.delete(LOG_GROUP, logs)


def test_flow_logs_name_what_their_category_is_for_and_the_newer_ones_a_filter(town: Town) -> None:
    logs = town.make(LOG_GROUP, compartmentId=COMPARTMENT, displayName="logs")[0]
    vcn = town.network()
    subnet = town.subnet(vcnId=vcn["id"])["id"]
    for category, wrong in (
        ("all", vcn["id"]),
        ("subnet", vcn["id"]),
        ("vcn", subnet),
        ("all", vcn["defaultRouteTableId"]),
    ):
        assert "does not exist" in town.refused(LOG, **collected(logs, "flowlogs", category, wrong))
    assert "need a capture filter" in town.refused(LOG, **collected(logs, "flowlogs", "subnet", subnet))
    filtered = {"parameters": {"capture_filter": "ocid1.capturefilter.oc1.ap-tokyo-1.a"}}
    town.make(LOG, "filtered", **collected(logs, "flowlogs", "subnet", subnet, **filtered))
    town.make(LOG, "whole", **collected(logs, "flowlogs", "all", subnet))


def test_names_of_log_groups_and_logs_are_unique_where_they_lie(town: Town) -> None:
    groups = {"compartmentId": COMPARTMENT, "displayName": "logs"}
    first = town.make(LOG_GROUP, **groups)[0]
    assert "logs" in town.refused(LOG_GROUP, "second", **groups)
    second = town.make(LOG_GROUP, "second", **{**groups, "displayName": "others"})[0]
    custom = {"displayName": "application", "logType": "CUSTOM"}
    town.make(LOG, **custom, logGroupId=first)
    assert "application" in town.refused(LOG, "second", **custom, logGroupId=first)
    assert town.make(LOG, "second", **custom, logGroupId=second)


def test_a_connector_takes_the_audit_trail_and_a_bucket_that_is_there(town: Town) -> None:
    assert "archive" in town.refused(CONNECTOR, **copied())
    town.make(BUCKET, **bucket(name="archive"))
    elsewhere = {"kind": "objectStorage", "bucket": "archive", "namespace": "other"}
    assert "NamespaceNotFound" in town.refused(CONNECTOR, **copied(target=elsewhere))
    nowhere = [{"compartmentId": COMPARTMENT, "logGroupId": "ocid1.loggroup.oc1.ap-tokyo-1.a"}]
    assert "does not exist" in town.refused(CONNECTOR, **copied(source={"kind": "logging", "logSources": nowhere}))
    assert town.make(CONNECTOR, **copied())[1]["state"] == "ACTIVE"


LONG = [{"displayName": "a", "duration": {"timeAmount": "1", "timeUnit": "MONTHS"}}]
SOURCED = {"configuration": collected("g", "a", "b", "c", sourceType="CUSTOMER")["configuration"]}
TWO = [{"displayName": "a"}, {"displayName": "a"}]


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (BUCKET, {"name": "with space"}, "name"),
        (BUCKET, {"accessType": "Open"}, "accessType"),
        (BUCKET, {"storageTier": "Cold"}, "storageTier"),
        (BUCKET, {"autoTiering": "Enabled"}, "autoTiering"),
        (BUCKET, {"autoTiering": "InfrequentAccess", "storageTier": "Archive"}, "autoTiering"),
        (BUCKET, {"versioning": "On"}, "versioning"),
        (BUCKET, {"versioning": "Enabled", "retentionRules": retained("1")}, "versioning"),
        (BUCKET, {"retentionRules": retained("0")}, "retentionRules[0].duration.timeAmount"),
        (BUCKET, {"retentionRules": retained("one")}, "retentionRules[0].duration.timeAmount"),
        (BUCKET, {"retentionRules": TWO}, "retentionRules"),
        (BUCKET, {"retentionRules": [{"displayName": f"rule-{n}"} for n in range(101)]}, "retentionRules"),
        (BUCKET, {"retentionRules": [{"displayName": "a b"}]}, "retentionRules[0].displayName"),
        (
            BUCKET,
            {"retentionRules": [{"displayName": "a", "timeRuleLocked": "2030-01-01T00:00:00Z"}]},
            "retentionRules[0].timeRuleLocked",
        ),
        (BUCKET, {"retentionRules": retained("1", timeRuleLocked="2030-01-01")}, "retentionRules[0].timeRuleLocked"),
        (BUCKET, {"retentionRules": LONG}, "retentionRules[0].duration.timeUnit"),
        (BUCKET, {"metadata": {"a": "b" * 4096}}, "metadata"),
        (LOG, {"logType": "AUDIT"}, "logType"),
        (LOG, {"logType": "SERVICE"}, "configuration"),
        (LOG, {"configuration": collected("g", "a", "b", "c")["configuration"]}, "configuration"),
        (LOG, {**SOURCED, "logType": "SERVICE"}, "configuration.source.sourceType"),
        (LOG, {"retentionDuration": 365}, "retentionDuration"),
        (LOG, {"displayName": "with space"}, "displayName"),
        (LOG_GROUP, {"displayName": "with space"}, "displayName"),
        (CONNECTOR, {"displayName": ""}, "displayName"),
        (CONNECTOR, {"state": "PAUSED"}, "state"),
        (CONNECTOR, {"source": {"kind": "queue"}}, "source.kind"),
        (CONNECTOR, {"source": {"kind": "logging"}}, "source.logSources"),
        (CONNECTOR, {"target": {"kind": "disk"}}, "target.kind"),
        (CONNECTOR, {"target": {"kind": "objectStorage"}}, "target.bucket"),
        (
            CONNECTOR,
            {"target": {"kind": "functions", "functionId": "f", "batchSizeInKbs": 1, "batchSizeInNum": 1}},
            "target.batchSizeInNum",
        ),
    ],
)
def test_values_of_buckets_logs_and_connectors(town: Town, token: str, inputs: dict[str, Any], path: str) -> None:
    whole: dict[str, dict[str, Any]] = {
        BUCKET: bucket(name="records"),
        LOG: {"displayName": "it", "logGroupId": "g", "logType": "CUSTOM"},
        LOG_GROUP: {"compartmentId": COMPARTMENT, "displayName": "it"},
        CONNECTOR: copied(),
    }
    assert town.paths(token, **whole[token]) == []
    assert town.paths(token, **{**whole[token], **inputs}) == [path]


def test_lifecycle_rules_need_a_policy_for_the_service_that_carries_them_out(town: Town) -> None:
    town.make(BUCKET, **bucket(name="records"))
    rule = {"name": "r", "action": "ABORT", "target": "multipart-uploads", "timeAmount": "7", "timeUnit": "DAYS"}
    policy: dict[str, Any] = {"namespace": NAMESPACE, "bucket": "records", "rules": [{**rule, "isEnabled": True}]}
    assert "InsufficientServicePermissions" in town.refused(LIFECYCLE, **policy)
    town.admit(
        f"service objectstorage-{REGION}",
        "{OBJECT_INSPECT, OBJECT_DELETE}",
        " where all {target.bucket.name = 'records'}",
    )
    for change, path in (
        ({"action": "DELETE"}, "rules[0].target"),
        ({"timeAmount": "0"}, "rules[0].timeAmount"),
        ({"timeUnit": "WEEKS"}, "rules[0].timeUnit"),
    ):
        wrong = {**policy, "rules": [{**rule, "isEnabled": True, **change}]}
        assert [where for where, _ in town.caller.check(LIFECYCLE, wrong)[1]] == [path]
    twice = {**policy, "rules": policy["rules"] * 2}
    assert [where for where, _ in town.caller.check(LIFECYCLE, twice)[1]] == ["rules"]
    town.make(LIFECYCLE, **policy)
