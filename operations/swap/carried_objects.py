"""Sequences and large objects, which replication does not carry and which move on while a copy is made: those that differ are made as they are.

A large object is made anew on the copy, piece by piece, with owner, grants and comment.
"""

from psycopg import sql

from operations.swap.connection import Reader
from operations.swap.contents import large_objects, sequences, settle
from operations.swap.fingerprint import Fingerprint

__all__ = ["carry_large_objects", "carry_sequences"]

PIECE = 16 * 2**20
"""Bytes at once: one object can hold 4 TB."""

GRANTS = """
SELECT CASE grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(grantee)::text END, privilege_type, is_grantable
FROM pg_largeobject_metadata m, aclexplode(lomacl) WHERE m.oid = %s::oid ORDER BY 1, 2
"""


def carry_sequences(whole: Fingerprint, copy: Reader) -> None:
    """Give the copy's sequences the values of `whole`, inside the copy's transaction, whose settings it changes."""
    settle(copy)
    now = dict(sequences(copy))
    for name, value in whole.objects["sequence-value"].items():
        if name in now and now[name] != value:
            copy.execute("SELECT setval(%s::regclass, %s, %s)", [name, value["last_value"], value["is_called"]])


def carry_large_objects(source: Reader, copy: Reader) -> None:
    """Make the copy's large objects those of the source's transaction, inside the copy's."""
    now, wanted = large_objects(copy), large_objects(source)
    for oid, there in now.items():
        if there != wanted.get(oid):
            copy.execute("SELECT lo_unlink(%s::oid)", [oid])
    for oid, properties in wanted.items():
        if now.get(oid) == properties:
            continue
        copy.execute("SELECT lo_create(%s::oid)", [oid])
        _fill(source, copy, oid)
        name, owner = sql.Literal(int(oid)), sql.Identifier(properties["owner"])
        copy.execute(sql.SQL("ALTER LARGE OBJECT {} OWNER TO {}").format(name, owner))
        copy.execute(sql.SQL("COMMENT ON LARGE OBJECT {} IS {}").format(name, sql.Literal(properties["comment"])))
        grants = source.execute(GRANTS, [oid]).fetchall()
        if grants:
            copy.execute(sql.SQL("REVOKE ALL ON LARGE OBJECT {} FROM PUBLIC, {}").format(name, owner))
        for grantee, privilege, grantable in grants:
            to = sql.SQL("PUBLIC") if grantee is None else sql.Identifier(grantee)
            granted = sql.SQL("GRANT {} ON LARGE OBJECT {} TO {}").format(sql.SQL(privilege), name, to)
            copy.execute(granted + sql.SQL(" WITH GRANT OPTION") if grantable else granted)


def _fill(source: Reader, copy: Reader, oid: str) -> None:
    at, piece = 0, b""
    while at == 0 or len(piece) == PIECE:
        row = source.execute("SELECT lo_get(%s::oid, %s, %s)", [oid, at, PIECE]).fetchone()
        piece = bytes(row[0]) if row else b""
        copy.execute("SELECT lo_put(%s::oid, %s, %s)", [oid, at, piece])
        at += PIECE
