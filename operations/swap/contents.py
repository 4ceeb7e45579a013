"""What tables, sequences and large objects of a PostgreSQL database hold, computed on its server: only counts and sums come over the wire.

A row's hash is the SHA-256 of all its columns (in the order of their names), each as its type itself writes it: in binary form where that
is the same on every server (BINARY), else as text. NULL and '' differ, and so do NFC and NFD, -0 and 0, 1.0 and 1.00. NaNs with different
bits are one NaN to PostgreSQL, and here. A table's checksum is made of its rows' hashes added up, each of the first 16 bytes by itself: any
order of rows gives the same, a row twice does not, and a large table can be read in parts, by several connections at once. A changed row
passes by accident once in 2^128 times; against somebody who chooses many rows on purpose no sum of hashes is a proof.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from operations.swap.connection import Reader

__all__ = ["Contents", "Piece", "contents", "gathered", "large_objects", "pieces", "query_sum", "sequences", "settle"]

Contents = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""`rows` and `large-object`: name → properties."""

PIECE = 2**26
"""Bytes on disk that one connection reads at once; a larger table is read in parts."""

BYTES = 16
"""Of each row's hash, that are added up: every one costs a hundredth of the whole."""

OBJECTS = 100
"""Large objects that one connection reads at once."""

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

# Types of the server's own, with the same number and the same bytes for the same text everywhere. Not real and double: a NaN's bits differ.
BINARY = "{bool,int2,int4,int8,numeric,text,varchar,bpchar,bytea,date,time,timestamp,timestamptz,uuid,json,jsonb}"

# Partitions by hash are one table: into which of them a row falls can differ between servers (an enum's hash is made of oids).
# pg_dump carries of an extension's tables what its condition lets through. Rows have a place in a block only in a heap.
TABLES = """
SELECT c.oid::regclass::text, l.oid::regclass::text, coalesce(x.condition, ''),
  ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = l.oid AND attnum > 0 AND NOT attisdropped AND atttypid = ANY (%(binary)s::regtype[])
        ORDER BY attname COLLATE "C"),
  ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = l.oid AND attnum > 0 AND NOT attisdropped AND atttypid <> ALL (%(binary)s::regtype[])
        ORDER BY attname COLLATE "C"),
  CASE WHEN l.relkind IN ('r', 'm') THEN pg_table_size(l.oid) ELSE 0 END,
  CASE WHEN l.relkind IN ('r', 'm') AND l.relam = (SELECT oid FROM pg_am WHERE amname = 'heap') AND x.condition IS NULL
    THEN pg_relation_size(l.oid) / current_setting('block_size')::bigint ELSE 0 END
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
LEFT JOIN (SELECT unnest(extconfig) AS oid, nullif(unnest(extcondition), '') AS condition FROM pg_extension) x ON x.oid = c.oid
LEFT JOIN LATERAL (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf) leaf ON c.relkind = 'p'
JOIN pg_class l ON l.oid = coalesce(leaf.relid, c.oid)
WHERE (c.relkind IN ('r', 'm') OR EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = c.oid AND partstrat = 'h'))
AND NOT EXISTS (SELECT FROM pg_partition_ancestors(c.oid) a JOIN pg_partitioned_table ON partrelid = a WHERE partstrat = 'h' AND a <> c.oid)
AND c.relispopulated AND nspname !~ '^pg_' AND nspname <> 'information_schema'
AND (x.oid IS NOT NULL OR NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'))
ORDER BY 1, 2
"""

# OFFSET 0 keeps the hash from being computed anew for each of its bytes (PostgreSQL pulls the subquery up otherwise).
SUM = sql.SQL("SELECT count(*), {sums} FROM (SELECT sha256({row}) AS h FROM {rows} OFFSET 0) AS hashed")
SUMS = sql.SQL(", ").join(sql.SQL(f"sum(get_byte(h, {byte}))") for byte in range(BYTES))

SEQUENCES = """
SELECT c.oid::regclass::text, nspname, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'S' AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1
"""

# Read piece by piece: one can hold 4 TB. Its hash is the hash of its pieces' hashes.
LARGE_OBJECTS = sql.SQL("""
SELECT m.oid::text, jsonb_build_object('owner', pg_get_userbyid(lomowner),
  'acl', ARRAY(SELECT a::text FROM unnest(coalesce(lomacl, acldefault('L', lomowner))) a ORDER BY 1),
  'comment', obj_description(m.oid, 'pg_largeobject'), 'content', content)
FROM pg_largeobject_metadata m, LATERAL (
  WITH RECURSIVE piece(number, bytes) AS (
    SELECT 0::bigint, lo_get(m.oid, 0, 16777216)
    UNION ALL SELECT number + 1, lo_get(m.oid, (number + 1) * 16777216, 16777216) FROM piece WHERE length(bytes) = 16777216)
  SELECT encode(sha256(string_agg(sha256(bytes), '' ORDER BY number)), 'hex') AS content FROM piece) AS whole
WHERE m.oid BETWEEN {first}::oid AND {last}::oid
""")
LARGE_OBJECT_NUMBERS = "SELECT oid::text FROM pg_largeobject_metadata ORDER BY oid"


def settle(connection: Reader) -> None:
    """Make every value of this transaction come out the same on any server."""
    connection.execute(AS_WRITTEN)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What one connection reads at once: a table or a part of it, or, without a table, some large objects. `octets`: its share of the disk."""

    table: str = ""
    octets: int
    statement: sql.Composed

    def read(self, connection: Reader) -> list[tuple[Any, ...]]:
        """Its share, for `gathered`."""
        return connection.execute(self.statement).fetchall()


def pieces(connection: Reader) -> list[Piece]:
    """All tables and filled materialized views, partitions by hash together, and all large objects. A foreign table's rows lie elsewhere.

    They are for connections with the settings (`settle`) and the snapshot of this transaction, as long as it lasts.
    """
    found = [*_tables(connection), *_large_objects(connection)]
    return sorted(found, key=lambda piece: piece.octets, reverse=True)


def _tables(connection: Reader) -> Iterator[Piece]:
    for table, part, condition, binary, text, octets, blocks in connection.execute(
        TABLES, {"binary": BINARY}
    ).fetchall():
        rows = sql.SQL(f"ONLY {part} {condition}")
        row = _row(binary, text)
        # Before 14 the server would read the whole table for each part.
        parts = max(1, min(blocks, -(-octets // PIECE))) if connection.info.server_version >= 140000 else 1
        if parts > 1:
            # Nothing moves the rows between two parts (VACUUM FULL): the lock stays until the transaction's end.
            connection.execute(sql.SQL("SELECT FROM {} LIMIT 0").format(rows))
        for number in range(parts):
            # The last part has no end: nothing behind the blocks counted is passed over.
            start, end = number * blocks // parts, (number + 1) * blocks // parts
            bounds = [f"ctid >= '({start},0)'"] * (number > 0) + [f"ctid < '({end},0)'"] * (number < parts - 1)
            where = sql.SQL(f" WHERE {' AND '.join(bounds)}" if bounds else "")
            yield Piece(
                table=table, octets=octets // parts, statement=SUM.format(sums=SUMS, row=row, rows=rows + where)
            )


def _row(binary: Sequence[str], text: Sequence[str]) -> sql.Composed:
    """The bytes of a row. The binary form tells its own length, so no two rows become one when the text is put behind it."""
    forms = ((binary, "record_send(ROW({}))"), (text, "convert_to(ROW({})::text, 'UTF8')"))
    chosen = [(names, form) for names, form in forms if names] or [forms[0]]
    return sql.SQL(" || ").join(
        sql.SQL(form).format(sql.SQL(", ").join(sql.Identifier(name) for name in names)) for names, form in chosen
    )


def _large_objects(connection: Reader) -> Iterator[Piece]:
    numbers = [number for (number,) in connection.execute(LARGE_OBJECT_NUMBERS).fetchall()]
    batches = [numbers[start : start + OBJECTS] for start in range(0, len(numbers), OBJECTS)]
    row = connection.execute("SELECT pg_table_size('pg_largeobject')").fetchone() if batches else None
    for batch in batches:
        statement = LARGE_OBJECTS.format(first=sql.Literal(batch[0]), last=sql.Literal(batch[-1]))
        yield Piece(octets=row[0] // len(batches) if row else 0, statement=statement)


def gathered(read: Iterable[tuple[Piece, list[tuple[Any, ...]]]]) -> Contents:
    """What was read of all pieces, put together: tables with rows and checksum, large objects with their properties."""
    sums: dict[str, list[int]] = {}
    objects: dict[str, Mapping[str, Any]] = {}
    for piece, found in read:
        if piece.table:
            before = sums.get(piece.table, [0] * (1 + BYTES))
            sums[piece.table] = [one + (more or 0) for one, more in zip(before, found[0], strict=True)]
        else:
            objects |= dict(found)
    return {"rows": {table: _checksum(sums[table]) for table in sorted(sums)}, "large-object": objects}


def contents(connection: Reader) -> Contents:
    """All of it by this one connection. hashing.py has several."""
    return gathered((piece, piece.read(connection)) for piece in pieces(connection))


def query_sum(connection: Reader, columns: Sequence[str], rows: sql.Composable) -> Mapping[str, Any]:
    """Count and checksum of `rows`, which stands after FROM; `columns` are hashed as text, in the order given."""
    statement = SUM.format(sums=SUMS, row=_row((), columns), rows=rows)
    return _checksum([one or 0 for one in connection.execute(statement).fetchone() or ()])


def _checksum(sums: Sequence[int]) -> dict[str, Any]:
    return {"rows": sums[0], "checksum": hashlib.sha256(":".join(map(str, sums)).encode()).hexdigest()}


def sequences(connection: Reader) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every sequence with its last value and whether that was given out."""
    for name, schema, sequence in connection.execute(SEQUENCES).fetchall():
        asked = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(schema, sequence))
        last, called = connection.execute(asked).fetchone() or (None, None)
        yield name, {"last_value": last, "is_called": called}


def large_objects(connection: Reader) -> Mapping[str, Mapping[str, Any]]:
    """Every large object with its owner, grants, comment and the hash of its bytes."""
    return gathered((piece, piece.read(connection)) for piece in _large_objects(connection))["large-object"]
