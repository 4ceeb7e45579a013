"""Parameters of RDS for PostgreSQL: their names, which of them take effect at a restart only, and what they may be.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html
https://www.postgresql.org/docs/current/runtime-config.html
"""

import re
from typing import Final

from sandbox.cloud.checks import Inputs, Problems


def _names(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", text))


# Before 11 no version can be created any more.
FAMILIES: Final = tuple(f"postgres{major}" for major in range(11, 19))
_STATIC: Final = _names(
    """
    autovacuum_freeze_max_age autovacuum_max_workers autovacuum_multixact_freeze_max_age huge_pages max_connections
    max_files_per_process max_locks_per_transaction max_logical_replication_workers max_pred_locks_per_transaction
    max_prepared_transactions max_replication_slots max_wal_senders max_worker_processes old_snapshot_threshold port
    rds.custom_dns_resolution rds.logical_replication rds.pg_stat_ramdisk_size rds.rds_superuser_reserved_connections
    shared_buffers shared_preload_libraries superuser_reserved_connections track_activity_query_size
    track_commit_timestamp wal_buffers
    """
)
_SWITCHES: Final = _names(
    """
    array_nulls autovacuum check_function_bodies debug_pretty_print debug_print_parse debug_print_plan
    debug_print_rewritten default_transaction_deferrable default_transaction_read_only enable_async_append
    enable_bitmapscan enable_gathermerge enable_hashagg enable_hashjoin enable_incremental_sort enable_indexonlyscan
    enable_indexscan enable_material enable_memoize enable_mergejoin enable_nestloop enable_parallel_append
    enable_parallel_hash enable_partition_pruning enable_partitionwise_aggregate enable_partitionwise_join
    enable_seqscan enable_sort enable_tidscan escape_string_warning exit_on_error geqo hot_standby_feedback jit
    log_checkpoints log_disconnections log_duration log_executor_stats log_hostname log_lock_waits log_parser_stats
    log_planner_stats log_recovery_conflict_waits log_replication_commands log_statement_stats
    parallel_leader_participation quote_all_identifiers rds.adaptive_autovacuum rds.force_ssl
    rds.logical_replication rds.restrict_password_commands standard_conforming_strings synchronize_seqscans
    track_activities track_commit_timestamp track_counts track_io_timing track_wal_io_timing transform_null_equals
    update_process_title
    """
)
_NUMBERS: Final = _names(
    """
    authentication_timeout autovacuum_analyze_scale_factor autovacuum_analyze_threshold autovacuum_freeze_max_age
    autovacuum_max_workers autovacuum_multixact_freeze_max_age autovacuum_naptime autovacuum_vacuum_cost_delay
    autovacuum_vacuum_cost_limit autovacuum_vacuum_insert_scale_factor autovacuum_vacuum_insert_threshold
    autovacuum_vacuum_scale_factor autovacuum_vacuum_threshold autovacuum_work_mem backend_flush_after bgwriter_delay
    bgwriter_flush_after bgwriter_lru_maxpages bgwriter_lru_multiplier checkpoint_completion_target
    checkpoint_flush_after checkpoint_timeout checkpoint_warning client_connection_check_interval commit_delay
    commit_siblings cpu_index_tuple_cost cpu_operator_cost cpu_tuple_cost cursor_tuple_fraction deadlock_timeout
    default_statistics_target effective_cache_size effective_io_concurrency extra_float_digits from_collapse_limit
    geqo_effort geqo_generations geqo_pool_size geqo_seed geqo_selection_bias geqo_threshold gin_fuzzy_search_limit
    gin_pending_list_limit hash_mem_multiplier idle_in_transaction_session_timeout idle_session_timeout
    jit_above_cost jit_inline_above_cost jit_optimize_above_cost join_collapse_limit lock_timeout
    log_autovacuum_min_duration log_min_duration_sample log_min_duration_statement log_parameter_max_length
    log_parameter_max_length_on_error log_rotation_age log_rotation_size log_statement_sample_rate log_temp_files
    log_transaction_sample_rate logical_decoding_work_mem maintenance_io_concurrency maintenance_work_mem
    max_connections max_files_per_process max_locks_per_transaction max_logical_replication_workers
    max_parallel_maintenance_workers max_parallel_workers max_parallel_workers_per_gather
    max_pred_locks_per_page max_pred_locks_per_relation max_pred_locks_per_transaction max_prepared_transactions
    max_replication_slots max_slot_wal_keep_size max_stack_depth max_standby_archive_delay
    max_standby_streaming_delay max_sync_workers_per_subscription max_wal_senders max_wal_size max_worker_processes
    min_parallel_index_scan_size min_parallel_table_scan_size min_wal_size old_snapshot_threshold
    parallel_setup_cost parallel_tuple_cost port random_page_cost rds.log_retention_period rds.pg_stat_ramdisk_size
    rds.rds_superuser_reserved_connections recovery_min_apply_delay seq_page_cost shared_buffers statement_timeout
    superuser_reserved_connections tcp_keepalives_count tcp_keepalives_idle tcp_keepalives_interval tcp_user_timeout
    temp_buffers temp_file_limit track_activity_query_size vacuum_cost_delay vacuum_cost_limit
    vacuum_cost_page_dirty vacuum_cost_page_hit vacuum_cost_page_miss vacuum_defer_cleanup_age vacuum_failsafe_age
    vacuum_freeze_min_age vacuum_freeze_table_age vacuum_multixact_failsafe_age vacuum_multixact_freeze_min_age
    vacuum_multixact_freeze_table_age wal_buffers wal_keep_size wal_receiver_status_interval wal_receiver_timeout
    wal_sender_timeout wal_writer_delay wal_writer_flush_after work_mem
    """
)
_LEVELS: Final = r"debug[1-5]|info|notice|warning|error|log|fatal|panic|disabled"
_TLS: Final = r"TLSv1(\.[123])?"
_OTHERS: Final = {
    **dict.fromkeys(
        _names(
            """
            backslash_quote bytea_output client_encoding client_min_messages compute_query_id datestyle
            default_tablespace default_text_search_config default_toast_compression dynamic_library_path
            intervalstyle lc_messages lc_monetary lc_numeric lc_time local_preload_libraries log_connections
            log_line_prefix log_timezone plan_cache_mode rds.allowed_extensions rds.custom_dns_resolution
            recovery_init_sync_method search_path session_preload_libraries
            session_replication_role shared_preload_libraries ssl_ciphers stats_fetch_consistency temp_tablespaces
            timezone wal_compression xmlbinary xmloption
            """
        ),
        r"(?s).*",
    ),
    "constraint_exclusion": "on|off|partition",
    "default_transaction_isolation": "serializable|repeatable read|read committed|read uncommitted",
    "huge_pages": "on|off",
    "log_destination": "stderr|csvlog|jsonlog",
    "log_error_verbosity": "terse|default|verbose",
    "log_filename": r"postgresql\.log\.%Y-%m-%d(-%H(%M)?)?",
    "log_min_error_statement": _LEVELS,
    "log_min_messages": _LEVELS,
    "log_statement": "none|ddl|mod|all",
    "password_encryption": "md5|scram-sha-256",
    "rds.accepted_password_auth_method": r"md5\+scram|scram",
    "rds.force_admin_logging_level": _LEVELS,
    "rds.force_autovacuum_logging_level": _LEVELS,
    "ssl_max_protocol_version": _TLS,
    "ssl_min_protocol_version": _TLS,
    "synchronous_commit": "on|off|local|remote_write|remote_apply",
    "track_functions": "none|pl|all",
}
_EXTENSIONS: Final = re.compile(
    r"(auto_explain|cron|orafce|pg_bigm|pg_hint_plan|pg_partman_bgw|pg_prewarm|pg_stat_statements|pg_trgm|pgaudit|pglogical|pgtle|plpgsql|plv8)\..+"
)
# RDS sets these itself.
_FIXED: Final = _names(
    """
    archive_command archive_library archive_mode archive_timeout config_file data_directory fsync full_page_writes
    hba_file hot_standby ident_file listen_addresses log_directory log_file_mode logging_collector primary_conninfo
    restart_after_crash restore_command server_version ssl ssl_ca_file ssl_cert_file ssl_key_file
    synchronous_standby_names unix_socket_directories wal_level wal_log_hints wal_sync_method
    """
)
# A formula such as {DBInstanceClassMemory/32768} stands for a number.
_NUMBER: Final = r"-?\d+(\.\d+)?|\{[A-Za-z0-9*/+(), -]+\}|(GREATEST|LEAST|SUM)\(.+\)"


def _pattern(name: str) -> str | None:
    if name in _OTHERS:
        return _OTHERS[name]
    if name in _SWITCHES:
        return "0|1"
    return _NUMBER if name in _NUMBERS else ".*" if _EXTENSIONS.fullmatch(name) else None


def parameters_fit(inputs: Inputs) -> Problems:
    """Each parameter is one that can be set, to a value it takes, at a time at which it can take effect."""
    parameters = inputs.get("parameters") or []
    names = [str(one["name"]).lower() for one in parameters]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield "parameters", f"InvalidParameterValue: {name} is set twice"
    if not str(inputs.get("family", "")).startswith("postgres"):
        return
    for index, (name, one) in enumerate(zip(names, parameters, strict=True)):
        where, pattern = f"parameters[{index}]", _pattern(name)
        if name in _FIXED:
            yield f"{where}.name", f"InvalidParameterValue: The parameter {name} cannot be modified"
        elif pattern is None:
            yield f"{where}.name", f"InvalidParameterValue: Could not find parameter with name: {name}"
        elif not re.fullmatch(pattern, str(one["value"])):
            yield f"{where}.value", f"InvalidParameterValue: '{one['value']}' is not allowed for {name}"
        if name in _STATIC and one.get("applyMethod", "immediate") == "immediate":
            yield (
                f"{where}.applyMethod",
                f"InvalidParameterCombination: cannot use immediate apply method for static parameter {name}",
            )
