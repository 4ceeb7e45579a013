"""What Cloud SQL for PostgreSQL offers: versions, machines, disks, flags.

https://cloud.google.com/sql/docs/postgres/machine-series-overview
https://cloud.google.com/sql/docs/postgres/region-availability-overview
https://cloud.google.com/sql/docs/postgres/flags
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems
from sandbox.cloud.gcp.tree import repeated
from sandbox.cloud.value import at, one

VERSIONS: Final = tuple(f"POSTGRES_{number}" for number in ("9_6", 10, 11, 12, 13, 14, 15, 16, 17, 18))
_PLUS_SINCE: Final = 12
_PLUS_N2: Final = (2, 4, 8, 16, 32, 48, 64, 80, 96, 128)
_PLUS_C4A: Final = (1, 2, 4, 8, 16, 32, 48, 64, 72)
_SHARED: Final = ("db-f1-micro", "db-g1-small")
# Machine series that a region of Japan lacks; what other regions offer is not known here.
_NOT_IN: Final = {"asia-northeast2": r"db-custom-N4-.*"}
_DISKS: Final = {"ENTERPRISE": ("PD_SSD", "PD_HDD"), "ENTERPRISE_PLUS": ("PD_SSD",)}
_NUMBER, _SWITCH, _TEXT = r"-?\d+(\.\d+)?", r"on|off", r".*"
_LEVELS: Final = r"debug[1-5]|info|notice|warning|error|log|fatal|panic"
_NUMBERS: Final = re.findall(
    r"\S+",
    """
    autovacuum_analyze_scale_factor autovacuum_analyze_threshold autovacuum_freeze_max_age autovacuum_max_workers
    autovacuum_multixact_freeze_max_age autovacuum_naptime autovacuum_vacuum_cost_delay autovacuum_vacuum_cost_limit
    autovacuum_vacuum_insert_scale_factor autovacuum_vacuum_insert_threshold autovacuum_vacuum_scale_factor
    autovacuum_vacuum_threshold autovacuum_work_mem bgwriter_delay bgwriter_flush_after bgwriter_lru_maxpages
    bgwriter_lru_multiplier checkpoint_completion_target checkpoint_timeout checkpoint_warning commit_delay
    commit_siblings cpu_index_tuple_cost cpu_operator_cost cpu_tuple_cost deadlock_timeout default_statistics_target
    effective_cache_size effective_io_concurrency from_collapse_limit geqo_threshold gin_fuzzy_search_limit
    gin_pending_list_limit hash_mem_multiplier idle_in_transaction_session_timeout idle_session_timeout
    join_collapse_limit lock_timeout log_autovacuum_min_duration log_min_duration_sample log_min_duration_statement
    log_parameter_max_length log_parameter_max_length_on_error log_rotation_age log_rotation_size
    log_statement_sample_rate log_temp_files log_transaction_sample_rate logical_decoding_work_mem
    maintenance_io_concurrency maintenance_work_mem max_connections max_locks_per_transaction
    max_logical_replication_workers max_parallel_maintenance_workers max_parallel_workers
    max_parallel_workers_per_gather max_pred_locks_per_transaction max_prepared_transactions max_replication_slots
    max_standby_archive_delay max_standby_streaming_delay max_sync_workers_per_subscription max_wal_senders
    max_wal_size max_worker_processes min_parallel_index_scan_size min_parallel_table_scan_size min_wal_size
    pg_stat_statements.max random_page_cost seq_page_cost shared_buffers statement_timeout tcp_keepalives_count
    tcp_keepalives_idle tcp_keepalives_interval tcp_user_timeout temp_buffers temp_file_limit
    track_activity_query_size vacuum_cost_delay vacuum_cost_limit vacuum_cost_page_dirty vacuum_cost_page_hit
    vacuum_cost_page_miss vacuum_freeze_min_age vacuum_freeze_table_age vacuum_multixact_freeze_min_age
    vacuum_multixact_freeze_table_age wal_buffers wal_receiver_timeout wal_sender_timeout work_mem
    """,
)
_SWITCHES: Final = re.findall(
    r"\S+",
    """
    auto_explain.log_analyze auto_explain.log_buffers auto_explain.log_nested_statements auto_explain.log_timing
    auto_explain.log_triggers auto_explain.log_verbose autovacuum cloudsql.allow_passwordless_local_connections
    cloudsql.enable_anon cloudsql.enable_auto_explain cloudsql.enable_google_ml_integration
    cloudsql.enable_index_advisor cloudsql.enable_maintenance_mode cloudsql.enable_pg_bigm cloudsql.enable_pg_cron
    cloudsql.enable_pg_hint_plan cloudsql.enable_pg_squeeze cloudsql.enable_pgaudit cloudsql.enable_pglogical
    cloudsql.iam_authentication cloudsql.logical_decoding cloudsql.pg_authid_select_role data_sync_retry
    default_transaction_deferrable default_transaction_read_only enable_bitmapscan enable_hashagg enable_hashjoin
    enable_indexonlyscan enable_indexscan enable_material enable_memoize enable_mergejoin enable_nestloop
    enable_parallel_append enable_parallel_hash enable_partition_pruning enable_partitionwise_aggregate
    enable_partitionwise_join enable_seqscan enable_sort enable_tidscan geqo hot_standby_feedback jit
    log_checkpoints log_connections log_disconnections log_duration log_executor_stats log_hostname log_lock_waits
    log_parser_stats log_planner_stats log_recovery_conflict_waits log_replication_commands log_statement_stats
    pg_stat_statements.save pg_stat_statements.track_utility pgaudit.log_catalog pgaudit.log_client
    pgaudit.log_parameter pgaudit.log_relation pgaudit.log_statement_once quote_all_identifiers synchronize_seqscans
    track_activities track_commit_timestamp track_counts track_io_timing trace_notify wal_compression
    """,
)
_OTHERS: Final = {
    "constraint_exclusion": "on|off|partition",
    "cron.database_name": _TEXT,
    "default_tablespace": _TEXT,
    "default_transaction_isolation": "serializable|repeatable read|read committed|read uncommitted",
    "log_error_verbosity": "terse|default|verbose",
    "log_line_prefix": _TEXT,
    "log_min_error_statement": _LEVELS,
    "log_min_messages": _LEVELS,
    "log_statement": "none|ddl|mod|all",
    "log_timezone": _TEXT,
    "password_encryption": "md5|scram-sha-256",
    "pg_stat_statements.track": "none|top|all",
    "pgaudit.log": r"(-?(read|write|function|role|ddl|misc|misc_set|all|none))(,-?\w+)*",
    "pgaudit.log_level": _LEVELS,
    "pgaudit.role": _TEXT,
    "ssl_max_protocol_version": r"TLSv1(\.[123])?|",
    "ssl_min_protocol_version": r"TLSv1(\.[123])?",
    "synchronous_commit": "on|off|local|remote_write|remote_apply",
    "timezone": _TEXT,
    "track_functions": "none|pl|all",
}
FLAGS: Final[Mapping[str, str]] = {
    **dict.fromkeys(_NUMBERS, _NUMBER),
    **dict.fromkeys(_SWITCHES, _SWITCH),
    **_OTHERS,
}
"""Name of a flag to the pattern of its values."""


def number_of(version: str) -> int:
    """17 of POSTGRES_17, 9 of POSTGRES_9_6."""
    return int(re.findall(r"\d+", version)[0])


def edition_of(inputs: Mapping[str, Any]) -> str:
    """The edition asked for; PostgreSQL 16 and later are made as Enterprise Plus where nothing is said."""
    newest = number_of(inputs.get("databaseVersion", VERSIONS[-1])) >= 16
    return str(one(inputs, "settings.edition", "ENTERPRISE_PLUS" if newest else "ENTERPRISE"))


def _custom(tier: str) -> str | None:
    """What is wrong with a custom machine, db-custom-CPUS-MEMORY (MiB)."""
    found = re.fullmatch(r"db-custom-(?:N4-)?(\d+)-(\d+)", tier)
    if found is None:
        return f"'{tier}' is no machine of edition ENTERPRISE"
    cpus, memory = int(found[1]), int(found[2])
    if not (cpus == 1 or (cpus % 2 == 0 and 2 <= cpus <= 96)):
        return f"{cpus} vCPU: 1, or an even number up to 96"
    if memory % 256 or memory < 3840 or not 0.9 * 1024 * cpus <= memory <= 6.5 * 1024 * cpus:
        return f"{memory} MiB: a multiple of 256, at least 3840, from 0.9 to 6.5 GiB for each of {cpus} vCPU"
    return None


def _plus(tier: str) -> str | None:
    found = re.fullmatch(r"db-(perf-optimized-N|c4a-highmem)-(\d+)(-lssd)?", tier)
    sizes = {"perf-optimized-N": _PLUS_N2, "c4a-highmem": _PLUS_C4A}
    fits = found is not None and int(found[2]) in sizes[found[1]]
    return None if fits else f"'{tier}' is not offered in edition ENTERPRISE_PLUS"


def _tier(tier: str, edition: str) -> str | None:
    if edition == "ENTERPRISE_PLUS":
        return _plus(tier)
    return None if tier in _SHARED else _custom(tier)


def machine_fits(inputs: Mapping[str, Any]) -> Problems:
    """Edition, version, machine, disk and region go together."""
    edition, tier = edition_of(inputs), str(one(inputs, "settings.tier", ""))
    wrong = _tier(tier, edition)
    if wrong:
        yield "settings.tier", wrong
    missing = _NOT_IN.get(inputs.get("region", ""))
    if missing and re.fullmatch(missing, tier):
        yield "settings.tier", f"'{tier}' is not offered in {inputs['region']}"
    if edition == "ENTERPRISE_PLUS" and number_of(inputs["databaseVersion"]) < _PLUS_SINCE:
        yield "settings.edition", f"ENTERPRISE_PLUS begins with PostgreSQL {_PLUS_SINCE}"
    if edition == "ENTERPRISE" and one(inputs, "settings.dataCacheConfig.dataCacheEnabled") is True:
        yield "settings.dataCacheConfig", "a data cache is for edition ENTERPRISE_PLUS"
    yield from _disk(inputs, edition, hyper="c4a" in tier or "-N4-" in tier)


def _disk(inputs: Mapping[str, Any], edition: str, *, hyper: bool) -> Iterator[tuple[str, str]]:
    kinds = ("HYPERDISK_BALANCED",) if hyper else _DISKS.get(edition, ())
    kind, size = one(inputs, "settings.diskType"), one(inputs, "settings.diskSize")
    if kind is not None and kind not in kinds:
        yield "settings.diskType", f"'{kind}' is not offered for this machine: {', '.join(kinds)}"
    if size is not None and size < (20 if hyper else 10):
        yield "settings.diskSize", f"{size} GiB: at least {20 if hyper else 10}"
    limit = one(inputs, "settings.diskAutoresizeLimit", 0)
    if size is not None and 0 < limit < size:
        yield "settings.diskAutoresizeLimit", f"{limit} GiB is less than the disk has: {size}"


def flags_fit(inputs: Mapping[str, Any]) -> Problems:
    """Known flags, each once, each with a value of its kind."""
    flags = [flag for _, flag in at(inputs, "settings.databaseFlags[*]")]
    for name in repeated([flag["name"] for flag in flags]):
        yield "settings.databaseFlags", f"the flag {name} is given twice"
    for index, flag in enumerate(flags):
        where, name, value = f"settings.databaseFlags[{index}]", flag["name"], flag.get("value")
        if name not in FLAGS:
            yield f"{where}.name", f"'{name}' is no flag of Cloud SQL for PostgreSQL"
        elif value is not None and not re.fullmatch(FLAGS[name], str(value)):
            yield f"{where}.value", f"'{value}' is no value of {name}"
