import json

import pytest

from stacks.settings import (
    SYSTEMS,
    AwsLanding,
    AzureLanding,
    Cloud,
    Flow,
    GcpLanding,
    Language,
    OciLanding,
    Region,
    Settings,
    SettingsError,
    System,
    Zone,
    parse,
)
from stacks.settings.landing import LANDING_KEYS

CERTIFICATE = (
    "/subscriptions/00000000-0000-4000-8000-000000000101/resourceGroups/entry/providers/Microsoft.KeyVault"
    "/vaults/entry-101/secrets/juki"
)
OWN_NAME = {"azure_certificate_id": CERTIFICATE, "azure_host_names": ["juki.example.lg.jp"]}


def refused(values: dict[str, object], stack: str | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        parse(values, language=Language.EN, stack=stack)
    return [problem.key.removeprefix("machikumo:") for problem in caught.value.problems]


def without(values: dict[str, object], *keys: str) -> dict[str, object]:
    return {key: value for key, value in values.items() if key not in keys}


def flow(**changes: object) -> dict[str, object]:
    return {"from": "172.20.0.0/16", "port": 443, "why": "窓口", **changes}


def test_what_is_not_set_has_its_default(good: dict[str, object]) -> None:
    settings = parse(
        without(good, "zone", "region", "log_retention_days", "recovery_days", "key_rotation_days"),
        language=Language.EN,
    )
    assert (settings.zone, settings.region) == (Zone.MYNUMBER, Region.TOKYO)
    assert (settings.log_retention_days, settings.recovery_days, settings.key_rotation_days) == (1825, 14, 365)
    assert (settings.supplied_by_templates, settings.image) == ((), None)


def test_stack_and_tags_follow_from_body_system_and_environment(good: dict[str, object]) -> None:
    settings = parse(good, language=Language.EN, stack="011002-resident-record-production")
    assert dict(settings.tags) == {
        "municipality-code": "011002",
        "system-id": "resident-record",
        "environment": "production",
        "accounting-line": "general",
        "stack": "011002-resident-record-production",
    }
    assert {type(value) for value in settings.tags.values()} == {str}
    assert settings.production


def test_settings_are_frozen(good: dict[str, object]) -> None:
    settings = parse(good, language=Language.EN)
    with pytest.raises(ValueError, match="frozen"):
        settings.cloud = Cloud.OCI


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cloud", "AWS"),
        ("cloud", "sakura"),
        ("system", "resident_record"),
        ("system", "住民記録"),
        ("environment", "development"),
        ("zone", "dmz"),
        ("region", "us-east-1"),
        ("size", "huge"),
        ("accounting_line", "一般会計"),
        ("accounting_line", "General"),
        ("network_cidr", "10.0.0.0/15"),
        ("network_cidr", "10.0.0.0/23"),
        ("network_cidr", "10.0.0.1/16"),
        ("network_cidr", "10.0.0.0/255.255.0.0"),
        ("network_cidr", "10.0.0.0"),
        ("network_cidr", "100.64.0.0/16"),
        ("network_cidr", "172.32.0.0/16"),
        ("network_cidr", "fd00::/16"),
        ("retention_days", 0),
        ("retention_days", 36501),
        ("retention_days", "ten"),
        ("retention_days", "030"),
        ("retention_days", True),
        ("retention_days", 1.5),
        ("log_retention_days", 364),
        ("recovery_days", 6),
        ("recovery_days", "36"),
        ("key_rotation_days", 89),
        ("key_rotation_days", "366"),
        ("flows", []),
        ("flows", "everyone"),
        ("flows", {}),
        ("flows", [{**flow(), "port": p} for p in range(1, 52)]),
        ("supplied_by_templates", ["everything"]),
        ("supplied_by_templates", "audit_trail"),
        ("image", "application:latest"),
        ("image", "application@sha256:" + "0" * 63),
        ("aws_account_id", "12345678901"),
        ("aws_account_id", 111122223333),
        ("azure_subscription_id", "00000000"),
        ("azure_tenant_id", ""),
        ("azure_certificate_id", f"{CERTIFICATE}/0123456789abcdef0123456789abcdef"),
        ("azure_certificate_id", "https://entry-101.vault.azure.net/secrets/juki"),
        ("azure_certificate_id", CERTIFICATE.replace("000000000101", "000000000102")),
        ("azure_certificate_id", None),
        ("azure_host_names", None),
        ("azure_host_names", []),
        ("azure_host_names", "juki.example.lg.jp"),
        ("azure_host_names", ["JUKI.example.lg.jp"]),
        ("azure_host_names", ["*.example.lg.jp"]),
        ("azure_host_names", ["https://juki.example.lg.jp"]),
        ("azure_host_names", ["juki"]),
        ("azure_host_names", ["10.16.0.4"]),
        ("azure_host_names", ["a." * 125 + "jp.jp"]),
        ("azure_host_names", ["juki.example.lg.jp", "juki.example.lg.jp"]),
        ("azure_host_names", [f"juki{number}.example.lg.jp" for number in range(21)]),
        ("gcp_project_number", "0123456"),
        ("oci_tenancy_id", "ocid1.compartment.oc1..exampleuniqueid"),
        ("oci_compartment_id", "ocid1.instance.oc1..exampleuniqueid"),
        ("oci_compartment_id", "ocid1.tenancy.oc1..anothertenancy"),
        ("oci_certificate_id", "ocid1.certificate.oc1.us-ashburn-1.exampleuniqueid"),
        ("aws_certificate_arn", "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-4000-8000-000000000001"),
        (
            "aws_certificate_arn",
            "arn:aws:acm:ap-northeast-1:999999999999:certificate/00000000-0000-4000-8000-000000000001",
        ),
        ("gcp_certificate_id", "projects/another-project/locations/asia-northeast1/certificates/entry"),
        ("region", "osaka"),  # the certificate lies in Tokyo
        ("cloud", None),
        ("image", None),
    ],
)
def test_a_wrong_value_is_refused_under_its_key(good: dict[str, object], key: str, value: object) -> None:
    assert {found.split("[")[0] for found in refused({**good, **OWN_NAME, key: value})} == {key}


@pytest.mark.parametrize(
    ("bad", "at"),
    [
        (flow(**{"from": "0.0.0.0/0"}), "from"),
        (flow(**{"from": "8.0.0.0/8"}), "from"),
        (flow(**{"from": "10.0.0.0/7"}), "from"),
        (flow(**{"from": "10.16.4.0/24"}), "from"),
        (flow(**{"from": "10.0.0.0/8"}), "from"),
        (flow(**{"from": "203.0.113.0/24"}), "from"),
        (flow(port=0), "port"),
        (flow(port=65536), "port"),
        (flow(why=""), "why"),
        (flow(why="  "), "why"),
        (flow(why="a\nb"), "why"),
        (flow(why="x" * 201), "why"),
        (flow(to="10.0.0.0/8"), "to"),
        (without(flow(), "why"), "why"),
        (without(flow(), "from"), "from"),
    ],
)
def test_a_wrong_flow_is_refused_by_its_place(good: dict[str, object], bad: dict[str, object], at: str) -> None:
    fine = flow(**{"from": "192.168.0.0/24"})
    assert refused({**good, "flows": [fine, bad]}) == [f"flows[1].{at}"]
    assert refused({**good, "flows": json.dumps([fine, bad])}) == [f"flows[1].{at}"]


def test_every_flow_that_overlaps_or_repeats_is_named(good: dict[str, object]) -> None:
    flows = [flow(), flow(), flow(**{"from": "10.16.0.0/24"}), flow(port=8443)]
    assert refused({**good, "flows": flows}) == ["flows[1].from", "flows[2].from"]


def test_a_flow_defaults_to_https(good: dict[str, object]) -> None:
    settings = parse({**good, "flows": '[{"from": "172.20.0.0/16", "why": "窓口"}]'}, language=Language.EN)
    assert settings.flows == (Flow.model_validate(flow()),)


@pytest.mark.parametrize("cloud", list(Cloud))
def test_only_the_chosen_clouds_landing_unit_is_required(good: dict[str, object], cloud: Cloud) -> None:
    everything = {key for keys in LANDING_KEYS.values() for key in keys} | {"oci_compartment_id"}
    bare = without(good, *everything)
    assert sorted(refused({**bare, "cloud": cloud})) == sorted(LANDING_KEYS[cloud])
    settings = parse({**bare, "cloud": cloud, **{k: good[k] for k in LANDING_KEYS[cloud]}}, language=Language.EN)
    assert settings.cloud is cloud
    assert getattr(settings, cloud)
    for other in set(Cloud) - {cloud}:
        with pytest.raises(LookupError, match=f"machikumo:{LANDING_KEYS[other][0]} is not set"):
            getattr(settings, other)


def test_landing_units_are_grouped_by_cloud(good: dict[str, object]) -> None:
    settings = parse(good, language=Language.EN)
    assert settings.aws == AwsLanding(
        account_id="111122223333",
        certificate_arn="arn:aws:acm:ap-northeast-1:111122223333:certificate/00000000-0000-4000-8000-000000000001",
    )
    assert settings.azure == AzureLanding(
        subscription_id="00000000-0000-4000-8000-000000000101", tenant_id="00000000-0000-4000-8000-000000000999"
    )
    named = parse({**good, **OWN_NAME}, language=Language.EN).azure
    assert (named.certificate_id, named.host_names) == (CERTIFICATE, ("juki.example.lg.jp",))
    assert settings.gcp == GcpLanding(
        project_id="sapporo-jumin-prod",
        project_number="100000000011",
        certificate_id="projects/sapporo-jumin-prod/locations/asia-northeast1/certificates/entry",
    )
    assert settings.oci == OciLanding(
        tenancy_id="ocid1.tenancy.oc1..exampleuniqueid01",
        compartment_id="ocid1.tenancy.oc1..exampleuniqueid01",
        certificate_id="ocid1.certificate.oc1.ap-tokyo-1.exampleuniqueid01",
    )


def test_a_subscription_is_the_same_in_either_case(good: dict[str, object]) -> None:
    spelled = {"azure_subscription_id": "ABCDEF00-0000-4000-8000-000000000101"}
    certificate = CERTIFICATE.replace("00000000-0000-4000-8000-000000000101", "abcdef00-0000-4000-8000-000000000101")
    values = {**good, **OWN_NAME, **spelled, "azure_certificate_id": certificate}
    assert parse(values, language=Language.EN).azure.certificate_id == certificate


@pytest.mark.parametrize(
    ("given", "key", "told"),
    [
        ("azure_host_names", "azure_host_names", "azure_certificate_id is missing: the entry answers for no name"),
        ("azure_certificate_id", "azure_host_names", "missing, and machikumo:azure_certificate_id is set"),
    ],
)
def test_one_of_name_and_certificate_alone_is_one_problem_that_names_the_other(
    good: dict[str, object], given: str, key: str, told: str
) -> None:
    with pytest.raises(SettingsError) as error:
        parse({**good, given: OWN_NAME[given]}, language=Language.EN)
    [problem] = error.value.problems
    other = next(iter(OWN_NAME.keys() - {given}))
    assert problem.key == f"machikumo:{key}"
    assert told in problem.reason.en
    assert f"pulumi config set machikumo:{other}" in problem.fix.en
    assert f"pulumi config rm machikumo:{given}" in problem.fix.en


def test_a_certificate_may_name_the_project_by_number(good: dict[str, object]) -> None:
    certificate = "projects/100000000011/locations/asia-northeast1/certificates/entry"
    assert parse({**good, "gcp_certificate_id": certificate}, language=Language.EN).gcp.certificate_id == certificate


def test_the_stack_must_have_the_name_that_the_settings_describe(good: dict[str, object]) -> None:
    assert refused(good, stack="011002-resident-record-verification") == ["stack"]
    assert refused(good, stack="dev") == ["stack"]
    assert refused({**good, "environment": "prod"}, stack="dev") == ["environment"]


@pytest.mark.parametrize("key", [key for key, field in Settings.model_fields.items() if field.is_required()])
def test_a_required_key_is_missed(good: dict[str, object], key: str) -> None:
    assert refused(without(good, key)) == [key]


def test_there_are_twenty_systems_and_no_business_id_twice() -> None:
    ids = [business_id for facts in SYSTEMS.values() for business_id in facts.business_ids]
    assert set(SYSTEMS) == set(System)
    assert len(System) == 20
    assert sorted(ids) == sorted(set(ids)) == [f"{n:03d}" for n in range(1, 29) if n not in (14, 15, 16)]
    assert [system for system in System if "_" in system] == []
