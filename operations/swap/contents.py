"""What tables, sequences and large objects of a PostgreSQL database hold, computed on its server: only counts and sums come over the wire.

A row's hash is the SHA-256 of the text of all its columns (in the order of their names), as the types themselves write it: NULL and
'' differ, and so do NFC and NFD, -0 and 0, 1.0 and 1.00. A table's checksum is made of its rows' hashes added up: any order of rows gives
the same, a row twice does not. NaNs with different bits are one NaN to PostgreSQL, and here.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from psycopg import sql

from operations.swap.connection import Reader

__all__ = ["contents", "large_objects", "query_sum", "sequences", "settle", "sizes"]

# Every setting that changes how a value is written.
AS_WRITTEN = """
SET LOCAL search_path = '';
SET LOCAL client_encoding = 'UTF8';
SET LOCAL extra_float_digits = 3;
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL TimeZone = 'UTC';
SET LOCAL bytea_output = 'hex';
SET LOCAL lc_monetary = 'C';
SET LOCAL xmloption = 'content';
SET LOCAL quote_all_identifiers = off;
SET LOCAL row_security = off;
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL jit = off
"""

# Partitions by hash are read as one: into which of them a row falls can differ between servers (an enum's hash is made of oids).
# pg_dump carries of an extension's tables what its condition lets through.
TABLES = """
SELECT c.oid::regclass::text, nspname, relname, relkind = 'r', coalesce(x.condition, ''),
  ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attname COLLATE "C")
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
LEFT JOIN (SELECT unnest(extconfig) AS oid, unnest(extcondition) AS condition FROM pg_extension) x ON x.oid = c.oid
WHERE (relkind IN ('r', 'm') OR EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = c.oid AND partstrat = 'h'))
AND NOT EXISTS (SELECT FROM pg_partition_ancestors(c.oid) a JOIN pg_partitioned_table ON partrelid = a WHERE partstrat = 'h' AND a <> c.oid)
AND relispopulated AND nspname !~ '^pg_' AND nspname <> 'information_schema'
AND (x.oid IS NOT NULL OR NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'))
ORDER BY 1
"""

# OFFSET 0 keeps the hash from being computed anew for each of its four parts (PostgreSQL pulls the subquery up otherwise).
SUM = sql.SQL("""
SELECT count(*), concat_ws(':', sum(substring(h FROM 1 FOR 64)::bigint), sum(substring(h FROM 65 FOR 64)::bigint),
  sum(substring(h FROM 129 FOR 64)::bigint), sum(substring(h FROM 193 FOR 64)::bigint))
FROM (SELECT ('x' || encode(sha256(convert_to(ROW({columns})::text, 'UTF8')), 'hex'))::bit(256) AS h FROM {rows} OFFSET 0) AS hashed
""")

SIZE = "SELECT pg_table_size(%s::regclass) + coalesce((SELECT sum(pg_table_size(relid)) FROM pg_partition_tree(%s::regclass)), 0)::bigint"

SEQUENCES = """
SELECT c.oid::regclass::text, nspname, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'S' AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1
"""

# Read piece by piece: one can hold 4 TB. Its hash is the hash of its pieces' hashes.
LARGE_OBJECTS = """
SELECT m.oid::text, jsonb_build_object('owner', pg_get_userbyid(lomowner),
  'acl', ARRAY(SELECT a::text FROM unnest(coalesce(lomacl, acldefault('L', lomowner))) a ORDER BY 1),
  'comment', obj_description(m.oid, 'pg_largeobject'), 'content', content)
FROM pg_largeobject_metadata m, LATERAL (
  WITH RECURSIVE piece(number, bytes) AS (
    SELECT 0::bigint, lo_get(m.oid, 0, 16777216)
    UNION ALL SELECT number + 1, lo_get(m.oid, (number + 1) * 16777216, 16777216) FROM piece WHERE length(bytes) = 16777216)
  SELECT encode(sha256(string_agg(sha256(bytes), '' ORDER BY number)), 'hex') AS content FROM piece) AS whole
"""


def settle(connection: Reader) -> None:
    """Make every value of this transaction come out the same on any server."""
    connection.execute(AS_WRITTEN)


def contents(connection: Reader) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every table and every filled materialized view with its rows and checksum; partitions by hash together. A foreign table's rows lie elsewhere."""
    for name, schema, table, ordinary, condition, columns in connection.execute(TABLES).fetchall():
        rows = sql.SQL("ONLY {} {}" if ordinary else "{} {}").format(sql.Identifier(schema, table), sql.SQL(condition))
        yield name, query_sum(connection, columns, rows)


def sizes(connection: Reader) -> Iterator[tuple[str, int]]:
    """Every table of `contents` with its bytes on disk, partitions by hash together."""
    for name, schema, table, *_ in connection.execute(TABLES).fetchall():
        relation = sql.SQL("{}").format(sql.Identifier(schema, table)).as_string(connection)
        yield name, (connection.execute(SIZE, [relation, relation]).fetchone() or (0,))[0]


def query_sum(connection: Reader, columns: Sequence[str], rows: sql.Composable) -> dict[str, Any]:
    """Count and checksum of `rows`, which stands after FROM; `columns` are hashed in the order given."""
    listed = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    count, sums = connection.execute(SUM.format(columns=listed, rows=rows)).fetchone() or (0, "")
    return {"rows": count, "checksum": hashlib.sha256(f"{count}:{sums}".encode()).hexdigest()}


def sequences(connection: Reader) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every sequence with its last value and whether that was given out."""
    for name, schema, sequence in connection.execute(SEQUENCES).fetchall():
        asked = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(schema, sequence))
        last, called = connection.execute(asked).fetchone() or (None, None)
        yield name, {"last_value": last, "is_called": called}


def large_objects(connection: Reader) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every large object with its owner, grants, comment and the hash of its bytes."""
    yield from connection.execute(LARGE_OBJECTS).fetchall()
