"""What a database will lose because of the server it goes to: what that server lacks, or has already."""

from collections.abc import Iterator, Mapping

import psycopg

from operations.swap.connection import Reader
from operations.swap.fingerprint import Fingerprint, compared
from operations.swap.losses import Loss
from operations.swap.shared_objects import SHARED

__all__ = ["against"]

EXTENSIONS = "SELECT name, default_version FROM pg_available_extensions"

# Owners and those with grants in this database; 0 is PUBLIC.
ROLES = """
SELECT DISTINCT rolname FROM pg_shdepend JOIN pg_roles r ON r.oid = refobjid
WHERE refclassid = 'pg_authid'::regclass AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
UNION SELECT pg_get_userbyid(relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
UNION SELECT pg_get_userbyid(proowner) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
UNION SELECT pg_get_userbyid(lomowner) FROM pg_largeobject_metadata
UNION SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()
"""


def against(source: Reader, whole: Fingerprint, target: Reader) -> Iterator[Loss]:
    """Every loss that the target causes. `whole`: the source's fingerprint; `target`: a connection to another database there."""
    if target.info.server_version // 10000 < source.info.server_version // 10000:
        detail = f"{source.info.server_version} -> {target.info.server_version}"
        yield Loss(kind="older-server", name="server", detail=detail)
    yield from _extensions(whole, dict(target.execute(EXTENSIONS).fetchall()))
    yield from _built_without(whole, target)
    yield from _roles(source, whole, target)
    yield from _settings(whole, target)


def _extensions(whole: Fingerprint, offered: Mapping[str, str]) -> Iterator[Loss]:
    for quoted, properties in whole.objects["extension"].items():
        name = quoted.strip('"')
        if name not in offered:
            yield Loss(kind="extension-missing", name=name, detail=properties["version"])
        elif offered[name] != properties["version"]:
            detail = f"{properties['version']} -> {offered[name]}"
            yield Loss(kind="extension-version", name=name, detail=detail, leaves=(("extension", quoted, "version"),))


def _built_without(whole: Fingerprint, target: Reader) -> Iterator[Loss]:
    columns = whole.objects["column"]
    if not _holds(target, "SELECT EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i')"):
        own = (name for name, collation in whole.objects["collation"].items() if collation["provider"] == "i")
        used = (name for name, column in columns.items() if "-x-icu" in (column["collation"] or ""))
        for name in (*own, *used):
            yield Loss(kind="no-icu", name=name)
    if not _holds(target, "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"):
        for name in (name for name, column in columns.items() if column["compression"] == "l"):
            yield Loss(kind="no-lz4", name=name)
    if not _works(target, "SELECT '<a/>'::xml"):
        for name in (name for name, column in columns.items() if column["type"].startswith("xml")):
            yield Loss(kind="no-xml", name=name)


def _roles(source: Reader, whole: Fingerprint, target: Reader) -> Iterator[Loss]:
    shared = {kind: _read(target, SHARED[kind]) for kind in ("role", "membership")}
    there = Fingerprint(server=0, objects=shared)
    here = Fingerprint(server=0, objects={kind: whole.objects[kind] for kind in ("role", "membership")})
    for one in compared(here, there):
        new = one.kind == "role" and one.target is None and one.property == ""
        joined = one.kind == "membership" and one.target is None and one.property == ""
        if not new and not joined:
            yield Loss(kind="role-conflict", name=one.name, detail=one.property or "membership")
    known = {row[0] for row in target.execute("SELECT rolname FROM pg_roles").fetchall()}
    carried = {name.strip('"').replace('""', '"') for name in whole.objects["role"]}
    for (role,) in source.execute(ROLES).fetchall():
        if role not in carried | known:
            yield Loss(kind="role-missing", name=role)


def _settings(whole: Fingerprint, target: Reader) -> Iterator[Loss]:
    """Those that the database does not set itself."""
    own = {setting.split("=")[0] for setting in whole.objects["database"]["database"]["settings"]}
    there = _read(target, SHARED["server-setting"])
    for name, properties in whole.objects["server-setting"].items():
        if name not in own and name in there and there[name] != properties:
            detail = f"{properties['value']} -> {there[name]['value']}"
            yield Loss(kind="server-setting", name=name, detail=detail, leaves=(("server-setting", name, "value"),))


def _read(reader: Reader, query: str) -> dict[str, dict[str, str]]:
    return {name: properties for _, _, name, properties in reader.execute(query).fetchall()}


def _holds(reader: Reader, asked: str) -> bool:
    row = reader.execute(asked).fetchone()
    return bool(row and row[0])


def _works(reader: Reader, asked: str) -> bool:
    try:
        with reader.transaction():
            reader.execute(asked)
    except psycopg.errors.FeatureNotSupported:
        return False
    return True
