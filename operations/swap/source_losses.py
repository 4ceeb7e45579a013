"""What a database will lose when it is dumped and restored, found on the source before anything is copied: what its catalogue tells."""

from collections.abc import Iterator, Mapping
from typing import Any

from operations.swap.connection import Reader
from operations.swap.losses import Loss

__all__ = ["by_catalogue"]

# Of sessions of others, who may not see them is shown the name alone.
COUNTED: Mapping[str, str] = {
    "role-password": """
SELECT quote_ident(rolname), '' FROM pg_roles r
WHERE r.oid >= 16384 AND rolcanlogin AND rolname !~ '^(rds|aws_|azure|cloudsql|oci_|replication$)'
""",
    "other-session": """
SELECT coalesce(usename, '-') || ' ' || coalesce(nullif(application_name, ''), '-'), count(*)::text FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND coalesce(backend_type, 'client backend') = 'client backend'
AND application_name IS DISTINCT FROM 'machikumo-swap' GROUP BY 1
""",
    "foreign-server": "SELECT quote_ident(srvname), '' FROM pg_foreign_server",
    "replication-slot": "SELECT slot_name, plugin FROM pg_replication_slots WHERE database = current_database()",
    "standby": "SELECT 'server', '' WHERE pg_is_in_recovery()",
    "tablespace": """
SELECT quote_ident(spcname), count(*)::text FROM pg_class c JOIN pg_tablespace t ON t.oid = reltablespace
WHERE spcname NOT IN ('pg_default', 'pg_global') GROUP BY 1
""",
}
"""Kind → name and detail of each, where no difference is left and nothing omitted."""

# Not those of partitioned tables: their index is invalid until every partition has its own, and is carried so.
INVALID_INDEX = """
SELECT (pg_identify_object('pg_class'::regclass, c.oid, 0)).identity FROM pg_index JOIN pg_class c ON c.oid = indexrelid
WHERE NOT indisvalid AND relkind = 'i' AND relpersistence <> 't'
"""

DISABLED = """
SELECT DISTINCT (pg_identify_object('pg_constraint'::regclass, tgconstraint, 0)).identity FROM pg_trigger
WHERE tgisinternal AND tgconstraint <> 0 AND tgenabled <> 'O' AND tgparentid = 0
"""

# CREATE TABLE … INHERITS puts the parents' columns first, in the order of the parents.
COLUMN_ORDER = """
SELECT child::regclass::text, array_to_string(here, ' ') || ' -> ' || array_to_string(there, ' ') FROM (
  SELECT c.oid AS child,
    ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum) AS here,
    ARRAY(SELECT attname::text FROM (
      SELECT a.attname, min(inhseqno::bigint * 10000 + p.attnum) AS place FROM pg_attribute a
      LEFT JOIN pg_inherits ON inhrelid = c.oid
      LEFT JOIN pg_attribute p ON p.attrelid = inhparent AND p.attname = a.attname AND NOT p.attisdropped
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND p.attnum IS NOT NULL GROUP BY 1) inherited ORDER BY place)
    || ARRAY(SELECT attname::text FROM pg_attribute a WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
      AND NOT EXISTS (SELECT FROM pg_inherits JOIN pg_attribute p ON p.attrelid = inhparent AND p.attname = a.attname AND NOT p.attisdropped
                      WHERE inhrelid = c.oid) ORDER BY attnum) AS there
  FROM pg_class c WHERE relkind = 'r' AND NOT relispartition AND EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid)) tables
WHERE here <> there
"""

SUBSCRIPTION = """
SELECT quote_ident(subname), oid FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def by_catalogue(reader: Reader) -> Iterator[Loss]:
    """Every loss that the catalogue shows. `reader`: in a transaction with an empty search_path."""
    for kind, query in COUNTED.items():
        for name, detail in _rows(reader, query):
            yield Loss(kind=kind, name=name, detail=detail)
    for (name,) in _rows(reader, "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()"):
        yield Loss(kind="prepared-transaction", name=name, leaves=(("prepared-transaction", name, ""),))
    for (name,) in _rows(reader, INVALID_INDEX):
        leaves = (("index", name, ""), ("comment", f"index {name}", ""))
        yield Loss(kind="invalid-index", name=name, leaves=leaves)
    for (name,) in _rows(reader, DISABLED):
        yield Loss(kind="disabled-foreign-key-trigger", name=name, leaves=(("constraint", name, "triggers"),))
    for name, detail in _rows(reader, COLUMN_ORDER):
        yield Loss(kind="column-order", name=name, detail=detail, leaves=(("relation", name, "columns"),))
    for name, oid in _rows(reader, SUBSCRIPTION):
        yield Loss(kind="subscription", name=name, leaves=(("subscription", name, ""),), omits=((6100, oid),))


def _rows(reader: Reader, query: str) -> list[tuple[Any, ...]]:
    return reader.execute(query).fetchall()
