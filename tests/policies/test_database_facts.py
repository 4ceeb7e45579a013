"""Databases of other engines and kinds than the workload's, and caches, of bare resources on each cloud."""

from dataclasses import replace

from policies.judge import Answer
from tests.policies.bare import Example, Properties, answers
from tests.policies.databases import EXAMPLES, aws, azure, gcp, oci


def verdicts_without(name: str, example: Example, properties: Properties) -> set[str]:
    return answers(
        Answer.VIOLATED, replace(example, beside={n: b for n, b in example.beside.items() if n != name}), properties
    )


def test_aurora_with_one_instance_has_no_standby_and_one_in_the_same_zone_is_none() -> None:
    aurora = next(one for one in EXAMPLES if one.token == aws.CLUSTER)
    assert verdicts_without("member-1", aurora, aurora.good) == {"ha-multi-az"}
    here = {name: (token, {**found, "availabilityZone": "a"}) for name, (token, found) in aurora.beside.items()}
    assert answers(Answer.VIOLATED, replace(aurora, beside=here), aurora.good) == {"ha-multi-az"}
    opened = {name: (token, {**found, "publiclyAccessible": True}) for name, (token, found) in aurora.beside.items()}
    assert answers(Answer.VIOLATED, replace(aurora, beside=opened), aurora.good) == {"net-database-not-public"}


def test_without_a_trail_of_its_items_nobody_knows_who_read_a_table() -> None:
    table = next(one for one in EXAMPLES if one.token == "aws:dynamodb/table:Table")
    assert verdicts_without("trail", table, table.good) == {"log-database-audit"}


def test_a_server_of_azure_sql_is_as_its_weakest_database() -> None:
    server = next(one for one in EXAMPLES if one.token == "azure-native:sql:Server")
    second = {"second": ("azure-native:sql:Database", {"serverName": "thing"})}
    assert answers(Answer.VIOLATED, replace(server, beside={**server.beside, **second}), server.good) == {"ha-multi-az"}
    short = replace(server, beside={**server.beside, **azure.SHORT})
    assert answers(Answer.VIOLATED, short, server.good) == {"bak-recovery-window"}
    assert verdicts_without("audit", server, server.good) == {"log-database-audit"}
    assert verdicts_without("lock", server, server.good) == {"data-deletion-protection"}


def test_a_parameter_of_mysql_switches_tls_off() -> None:
    server = next(one for one in EXAMPLES if one.token == "azure-native:dbformysql:Server")
    off = replace(server, beside={**server.beside, **azure.configuration("OFF")})
    assert answers(Answer.VIOLATED, off, server.good) == {"tls-database-required"}


def test_a_schedule_of_each_day_is_a_daily_backup_and_none_or_a_weekly_one_is_not() -> None:
    spanner = next(one for one in EXAMPLES if one.token == "gcp:spanner/database:Database")
    weekly = (gcp.SCHEDULE, {"database": "thing", "spec": {"cronSpec": {"text": "0 2 * * 0"}}})
    assert answers(Answer.VIOLATED, replace(spanner, beside={**spanner.beside, "schedule": weekly}), spanner.good) == {
        gcp.DAILY
    }
    for token in (spanner.token, "gcp:firestore/database:Database"):
        one = next(one for one in EXAMPLES if one.token == token)
        assert verdicts_without("schedule", one, one.good) == {gcp.DAILY}
        assert verdicts_without("audit", one, one.good) == {gcp.LOGS}


def test_an_autonomous_database_is_guarded_by_a_policy_that_names_it() -> None:
    one = next(one for one in EXAMPLES if one.token.endswith(":AutonomousDatabase"))
    assert verdicts_without("policy", one, one.good) == {oci.GUARD}
    text = oci.DENY["policy"][1]["statements"][0].replace("autonomous-databases", "postgres-db-systems")
    other = {"policy": (oci.DENY["policy"][0], {"statements": [text]})}
    assert answers(Answer.VIOLATED, replace(one, beside=other), one.good) == {oci.GUARD}
    dedicated = {**one.good, "subnetId": None, "autonomousContainerDatabaseId": "container"}
    assert answers(Answer.VIOLATED, one, dedicated) == set()


def test_the_log_of_one_engine_is_not_anothers() -> None:
    mysql = next(one for one in EXAMPLES if one.token == "gcp:sql/databaseInstance:DatabaseInstance")
    assert answers(Answer.VIOLATED, replace(mysql, beside=gcp.POSTGRES), mysql.good) == {gcp.LOGS}
