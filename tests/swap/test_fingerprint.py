"""The fingerprint: the same for the same, and every seeded corruption is found, named, and nothing else."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from operations.__main__ import main
from operations.swap.connection import (
    Reader,
    ServerError,
    UnreachableError,
    connected,
    place,
    reading,
    without_password,
)
from operations.swap.contents import Contents, contents, settle
from operations.swap.fingerprint import Difference, Fingerprint, compared, taken
from operations.swap.receipts import chain
from tests.swap.servers import Server

Found = set[tuple[str, str, str]]


@pytest.fixture(scope="module")
def whole(source: Server) -> Fingerprint:
    with reading(source.to("juki")) as connection:
        return taken(connection)


@pytest.fixture
def writer(source: Server) -> Iterator[Reader]:
    """A connection in a transaction that is taken back at the end."""
    with connected(source.to("juki")) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        connection.execute("SET LOCAL search_path = juki, public; SET LOCAL session_replication_role = replica")
        yield connection
        connection.execute("ROLLBACK")


def found(differences: tuple[Difference, ...]) -> Found:
    return {(one.kind, one.name, one.property) for one in differences}


def of_rows(whole: Fingerprint, read: Contents) -> Found:
    now = Fingerprint(server=0, objects={"rows": read["rows"]})
    return found(compared(Fingerprint(server=0, objects={"rows": whole.objects["rows"]}), now))


def rows(table: str, *properties: str) -> Found:
    return {("rows", table, name) for name in properties or ("checksum",)}


VALUES: Mapping[str, tuple[str, Found]] = {
    "a changed letter": ("UPDATE jumin SET kana = 'ﾖｼﾀ' WHERE jumin_id = 1", rows("juki.jumin")),
    "half-width kana folded": ("UPDATE jumin SET kana = 'ヨシダ' WHERE jumin_id = 1", rows("juki.jumin")),
    "a variation selector dropped": ("UPDATE setai SET jusho.machi = '辻町' WHERE setai_id = 1010", rows("juki.setai")),
    "NFD made NFC": ("UPDATE jumin SET kana = normalize(kana, NFC) WHERE jumin_id = 4", rows("juki.jumin")),
    "trailing spaces cut": ("UPDATE jumin SET kana = rtrim(kana) WHERE jumin_id = 4", rows("juki.jumin")),
    "planes 3, 15 and 16 lost": ("UPDATE jumin SET shimei = left(shimei, 1) || '???' WHERE jumin_id = 3", rows("juki.jumin")),
    "an ideographic space made a space": ("UPDATE jumin SET shimei = ' 全角 ' WHERE jumin_id = 7", rows("juki.jumin")),
    "'' made NULL": ("UPDATE jumin SET kana = NULL WHERE kana = ''", rows("juki.jumin")),
    "case of a case-blind text": ("UPDATE jumin SET mail = 'a@example.jp' WHERE jumin_id = 1", rows("juki.jumin")),
    "-0 made 0 (double)": ("UPDATE atai SET f8 = 0 WHERE id = 1", rows("juki.atai")),
    "-0 made 0 (real)": ("UPDATE atai SET f4 = 0 WHERE id = 1", rows("juki.atai")),
    "the last digit of a double": ("UPDATE atai SET f8 = 0.3 WHERE id = 4", rows("juki.atai")),
    "a denormal made 0": ("UPDATE atai SET f8 = 0 WHERE id = 3", rows("juki.atai")),
    "other bits of the same NaN": ("UPDATE atai SET f8 = 'Infinity'::float8 - 'Infinity'::float8 WHERE f8 = 'NaN'", set()),
    "NaN made NULL": ("UPDATE atai SET n = NULL WHERE id = 1", rows("juki.atai")),
    "a numeric's scale": ("UPDATE atai SET n = 1.1 WHERE id = 2", rows("juki.atai")),
    "a numeric rounded": ("UPDATE atai SET n = n + 1 WHERE id = 4", rows("juki.atai")),
    "an infinite date": ("UPDATE atai SET d = '294276-12-31' WHERE id = 1", rows("juki.atai")),
    "BC made AD": ("UPDATE atai SET d = '0044-03-15' WHERE id = 3", rows("juki.atai")),
    "a timestamp shifted by a zone": ("UPDATE atai SET tz = tz - interval '9 hours' WHERE id = 4", rows("juki.atai")),
    "a time's zone": ("UPDATE atai SET ti = '00:00:00+00' WHERE id = 1", rows("juki.atai")),
    "an interval's months made days": ("UPDATE atai SET i = i + interval '1 month -30 days' WHERE id = 1", rows("juki.atai")),
    "json rewritten": ("UPDATE atai SET j = j::jsonb::json WHERE id = 1", rows("juki.atai")),
    "a jsonb number's precision": ("UPDATE atai SET jb = jsonb_set(jb, '{n}', '1.1') WHERE id = 1", rows("juki.atai")),
    "a jsonb null made NULL": ("UPDATE atai SET jb = NULL WHERE id = 2", rows("juki.atai")),
    "a byte of bytea": ("UPDATE atai SET b = set_byte(b, 2999, 1) WHERE id = 4", rows("juki.atai")),
    "an array's lower bound": ("UPDATE atai SET a = ARRAY[NULL, 'NULL'] WHERE id = 1", rows("juki.atai")),
    "the text NULL made NULL": ("UPDATE atai SET a[1] = NULL WHERE id = 1", rows("juki.atai")),
    "an empty range": ("UPDATE jumin SET taizai = NULL WHERE jumin_id = 2", rows("juki.jumin")),
    "xml": ("UPDATE atai SET x = '<a>e</a>' WHERE id = 1", rows("juki.atai")),
    "a far part of a long value": ("UPDATE toast SET body = overlay(body PLACING '?' FROM 9000) WHERE id = 12", rows("juki.toast")),
    "two values exchanged": ("UPDATE kari SET n = 3 - n WHERE n IN (1, 2); DELETE FROM kari; INSERT INTO kari VALUES (2), (2), (1)", rows("juki.kari")),
    "a pair replaced by another pair": ("UPDATE kari SET n = 2", rows("juki.kari")),
    "a missing row": ("DELETE FROM rireki WHERE ctid = '(0,1)' AND tableoid = 'rireki_other'::regclass", rows("juki.rireki_other", "rows", "checksum")),
    "a doubled row": ("INSERT INTO kari SELECT n FROM kari WHERE n = 2", rows("juki.kari", "rows", "checksum")),
    "a row without columns": ("INSERT INTO no_column DEFAULT VALUES", rows("juki.no_column", "rows", "checksum")),
    "a stale materialized view": ("TRUNCATE rireki; REFRESH MATERIALIZED VIEW shukei", rows("juki.shukei", "rows", "checksum") | rows("juki.rireki_r7", "rows", "checksum") | rows("juki.rireki_other", "rows", "checksum")),
}  # fmt: skip
"""What a row can lose on its way."""

OBJECTS: Mapping[str, tuple[str, Found]] = {
    "a filled materialized view": ("REFRESH MATERIALIZED VIEW karappo", {("relation", "juki.karappo", "populated"), ("rows", "juki.karappo", "")}),
    "a sequence one back": ("ALTER SEQUENCE jumin_jumin_id_seq RESTART WITH 906", {("sequence-value", "juki.jumin_jumin_id_seq", "last_value")}),
    "is_called": ("ALTER SEQUENCE unused RESTART WITH 7; SELECT setval('unused', 7, true)", {("sequence-value", "juki.unused", "is_called")}),
    "a sequence's step": ("ALTER SEQUENCE uketsuke INCREMENT -2", {("sequence", "juki.uketsuke", "increment")}),
    "a sequence owned by nobody": ("ALTER SEQUENCE jumin_jumin_id_seq OWNED BY NONE", {("sequence", "juki.jumin_jumin_id_seq", "owned_by")}),
    "a large object's byte": ("SELECT lo_put(900003, 20000, '\\x00')", {("large-object", "900003", "content")}),
    "a large object's owner": ("ALTER LARGE OBJECT 900001 OWNER TO juki_app", {("large-object", "900001", "owner"), ("large-object", "900001", "acl")}),
    "a large object gone": ("SELECT lo_unlink(900002)", {("large-object", "900002", "")}),
    "a dropped index": ("DROP INDEX jumin_shimei", {("index", "juki.jumin_shimei", "")}),
    "an invalid index": ("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'jumin_shimei'::regclass", {("index", "juki.jumin_shimei", "valid")}),
    "a disabled trigger": ("ALTER TABLE jumin DISABLE TRIGGER jumin_touched", {("trigger", "jumin_touched on juki.jumin", "enabled")}),
    "an ALWAYS trigger made usual": ("ALTER TABLE jumin ENABLE TRIGGER jumin_always", {("trigger", "jumin_always on juki.jumin", "enabled")}),
    "a foreign key that is off": (
        "UPDATE pg_trigger SET tgenabled = 'D' WHERE tgisinternal AND tgconstraint = (SELECT oid FROM pg_constraint WHERE conname = 'jumin_setai_id_fkey')",
        {("constraint", "jumin_setai_id_fkey on juki.jumin", "triggers")},
    ),
    "a foreign key gone": ("ALTER TABLE jumin DROP CONSTRAINT jumin_setai_id_fkey", {("constraint", "jumin_setai_id_fkey on juki.jumin", "")}),
    "a constraint that is validated": ("UPDATE pg_constraint SET convalidated = true WHERE conname = 'not_checked_yet'", {("constraint", "not_checked_yet on juki.furui", "validated"), ("constraint", "not_checked_yet on juki.furui", "definition")}),
    "a column's place": ("ALTER TABLE kiroku ADD COLUMN a int, ADD COLUMN b int; ALTER TABLE kiroku DROP COLUMN what, ADD COLUMN what text", {("relation", "juki.kiroku", "columns"), ("column", "juki.kiroku.a", ""), ("column", "juki.kiroku.b", "")}),
    "a comment": ("COMMENT ON COLUMN jumin.kana IS NULL", {("comment", "table column juki.jumin.kana", "")}),
    "a grant on a table": ("REVOKE UPDATE ON jumin FROM juki_app", {("relation", "juki.jumin", "acl")}),
    "a grant on a column": ('REVOKE SELECT (kana) ON jumin FROM "窓口 職員"', {("column", "juki.jumin.kana", "acl")}),
    "a grant on a function": ("GRANT EXECUTE ON FUNCTION secret_of TO PUBLIC", {("function", "juki.secret_of(bigint)", "acl")}),
    "an owner": ("ALTER VIEW setai_view OWNER TO juki_app", {("relation", "juki.setai_view", "owner"), ("relation", "juki.setai_view", "acl"), ("column", "juki.setai_view.setai_id", "acl")}),
    "a default privilege": ("ALTER DEFAULT PRIVILEGES FOR ROLE juki_owner IN SCHEMA juki GRANT INSERT ON TABLES TO madoguchi", {("default-privilege", "for role juki_owner in schema juki on tables", "acl")}),
    "row security off": ("ALTER TABLE jumin DISABLE ROW LEVEL SECURITY", {("relation", "juki.jumin", "row_security")}),
    "a policy": ("ALTER POLICY own_counter ON jumin TO madoguchi", {("policy", "own_counter on juki.jumin", "roles")}),
    "a logged table": ("ALTER TABLE kari SET LOGGED", {("relation", "juki.kari", "persistence")}),
    "an enum's label": ("ALTER TYPE zokugara ADD VALUE '母' BEFORE '子'", {("type", "juki.zokugara", "labels")}),
    "a collation": ("UPDATE pg_collation SET collisdeterministic = false WHERE collname = 'reading'", {("collation", "juki.reading", "deterministic")}),
    "a column's compression": ("ALTER TABLE toast ALTER packed SET COMPRESSION pglz", {("column", "juki.toast.packed", "compression")}),
    "the replica identity": ("ALTER TABLE yoyaku REPLICA IDENTITY DEFAULT", {("relation", "juki.yoyaku", "replica_identity")}),
    "a setting of the database": ("ALTER DATABASE juki SET work_mem = '9MB'", {("database", "database", "settings")}),
    "the database's owner": ("ALTER DATABASE juki OWNER TO juki_app", {("database", "database", "owner"), ("database", "database", "acl")}),
    "the database's comment": ("COMMENT ON DATABASE juki IS 'x'", {("database", "database", "comment")}),
    "a role's setting in the database": ("ALTER ROLE juki_app IN DATABASE juki RESET ALL", {("role-in-database", "juki_app", "")}),
    "a role's attribute": ("ALTER ROLE juki_app CREATEDB", {("role", "juki_app", "create_database")}),
    "a membership": ("REVOKE madoguchi FROM juki_app", {("membership", "madoguchi TO juki_app", "")}),
    "an extension": ("DROP EXTENSION btree_gist CASCADE", {("extension", "btree_gist", ""), ("comment", "extension btree_gist", ""), ("constraint", "yoyaku_room_at_excl on juki.yoyaku", ""), ("index", "juki.yoyaku_room_at_excl", "")}),
    "a publication": ("ALTER PUBLICATION juki_out SET (publish = 'insert, delete')", {("publication", "juki_out", "pubdelete")}),
    "a function's body": ("CREATE OR REPLACE FUNCTION onaji(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> $2'", {("function", "juki.onaji(pg_catalog.text,pg_catalog.text)", "definition")}),
}  # fmt: skip


def test_a_database_is_like_itself(source: Server, whole: Fingerprint) -> None:
    with reading(source.to("juki")) as connection:
        again = taken(connection)
    assert compared(whole, again) == ()
    assert (again.hash, json.loads(again.canonical())["objects"]) == (whole.hash, whole.objects)


def test_the_order_of_rows_does_not_matter(writer: Reader, whole: Fingerprint) -> None:
    writer.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM rireki_r7_0; TRUNCATE rireki_r7_0")
    writer.execute("INSERT INTO rireki_r7_0 SELECT * FROM kept ORDER BY ido DESC")
    assert compared(whole, taken(writer)) == ()


@pytest.mark.parametrize("corruption", VALUES)
def test_every_bent_value_is_found(corruption: str, writer: Reader, whole: Fingerprint) -> None:
    statement, expected = VALUES[corruption]
    writer.execute(statement)  # type: ignore[call-overload]
    settle(writer)
    assert of_rows(whole, contents(writer)) == expected


@pytest.mark.parametrize("group", [list(OBJECTS)[start::8] for start in range(8)], ids=", ".join)
def test_every_change_of_an_object_is_found_and_nothing_else(
    group: list[str], writer: Reader, whole: Fingerprint
) -> None:
    for corruption in group:
        writer.execute(OBJECTS[corruption][0])  # type: ignore[call-overload]
    corrupted = taken(writer)
    assert found(compared(whole, corrupted)) == set().union(*(OBJECTS[corruption][1] for corruption in group))
    assert corrupted.hash != whole.hash


def test_a_prepared_transaction_is_part_of_it(source: Server, whole: Fingerprint) -> None:
    with connected(source.to("juki")) as connection:
        connection.execute("BEGIN")
        connection.execute("INSERT INTO juki.kiroku VALUES ('held')")
        connection.execute("PREPARE TRANSACTION 'half done'")
        try:
            with reading(source.to("juki")) as reader:
                assert found(compared(whole, taken(reader))) == {("prepared-transaction", "half done", "")}
        finally:
            connection.execute("ROLLBACK PREPARED 'half done'")


def test_rows_that_the_reader_may_not_see_are_an_error_and_never_fewer_rows(source: Server) -> None:
    def read() -> Contents:
        with reading(source.to("juki")) as connection:
            connection.execute("SET LOCAL ROLE juki_app")
            settle(connection)
            return contents(connection)

    with pytest.raises(ServerError, match='row-level security policy for table "jumin"'):
        read()


def test_a_difference_tells_kind_name_property_and_both_sides() -> None:
    told = Difference(kind="rows", name="juki.jumin", property="rows", source=7, target=None)
    assert str(told) == "rows juki.jumin: rows: 7 → -"


def test_roles_of_other_databases_are_no_difference() -> None:
    def of(**objects: dict[str, dict[str, str]]) -> Fingerprint:
        return Fingerprint(server=150000, objects={"rows": {}, **objects})

    source = of(role={"a": {}, "b": {}}, membership={})
    target = of(
        role={"a": {}, "b": {}, "c": {}},
        membership={f"a TO {member}": {"group": "a", "member": member} for member in "bc"},
    )
    assert found(compared(source, target)) == {("membership", "a TO b", "")}


def of_version(server: int, **relation: Any) -> Fingerprint:
    return Fingerprint(server=server, objects={"rows": {}, "relation": {"t": relation}})


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ({"acl": ["=r/o", "o=arwdDxt/o"]}, {"acl": ["=r/o", "o=arwdDxtm*/o"]}, False),
        ({"acl": ["m=r/m"]}, {"acl": ["m=w/m"]}, True),
        ({"acl": ["m=r/m"]}, {"acl": ["m=rm/m"]}, False),
        ({"definition": "SELECT t.a"}, {"definition": "SELECT a"}, False),
        ({"owner": "a"}, {"owner": "b"}, True),
        ({}, {"new": "n"}, False),
    ],
)
def test_between_major_versions_only_what_both_can_say_alike_is_compared(
    ours: dict[str, Any], theirs: dict[str, Any], expected: bool
) -> None:
    assert bool(compared(of_version(150018, **ours), of_version(180006, **theirs))) is expected
    assert compared(of_version(180001, **ours), of_version(180006, **theirs)) != ()


@pytest.mark.parametrize(
    "text", ["host=h password=hunter2", "postgresql://u:hunter2@h/d", "host=h sslpassword=hunter2", "not one"]
)
def test_a_password_among_the_words_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UnreachableError) as refused:
        without_password(text)
    assert "hunter2" not in str(refused.value)


def test_a_service_and_a_password_file_are_libpqs_own(
    source: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "services").write_text(f"[old]\nhost={source.folder}\nuser=admin\ndbname=juki\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    with reading("service=old") as connection:
        found = place(connection)
    assert (found.system, found.name, found.address.split(":")[0]) == ("postgresql", "juki", str(source.folder))
    assert found.identity.isdecimal()


def test_a_server_that_does_not_answer_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="No such file or directory"), reading(f"host={tmp_path} dbname=x"):
        pass


def test_the_command_names_what_a_template_does_not_carry_and_writes_the_receipt(
    source: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source.run("postgres", "CREATE DATABASE copied TEMPLATE juki")
    receipts = tmp_path / "receipts"
    words = ["swap", "verify", "--source", source.to("juki"), "--receipts", str(receipts), "--target"]
    try:
        assert main([*words, source.to("copied")]) == 1
        told = capsys.readouterr().out.splitlines()
        assert [line.partition(": ")[0] for line in told[:-1]] == [
            "database database",
            "database database",
            "database database",
            "database database",
            "database database",
            "role-in-database juki_app",
            "server-setting TimeZone",
        ]
        assert told[-1] == "12 tables, 428 rows: 7 differences. Receipt: 0001-verify.json"
    finally:
        source.run("postgres", "DROP DATABASE copied")
    assert main([*words, source.to("juki")]) == 0
    [first, second] = chain(receipts)
    assert first.notes == (
        *(f"database database ({name})" for name in ("acl", "comment", "connection_limit", "owner", "settings")),
        "role-in-database juki_app",
        "server-setting TimeZone (value)",
    )
    assert (first.counts["differences"], second.counts["differences"], second.notes) == (7, 0, ())
    assert second.hashes["source"] == second.hashes["target"] == first.hashes["source"]
    kept = {path.stem for path in receipts.glob("*.fingerprint")}
    assert kept == {first.hashes["source"], first.hashes["target"]}


def test_what_the_server_refuses_is_one_message_and_exit_code_2(
    source: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "swap",
        "verify",
        "--source",
        source.to("juki"),
        "--target",
        source.to("none"),
        "--receipts",
        str(tmp_path),
    ]
    assert main(words) == 2
    assert capsys.readouterr().err.startswith(f"machikumo: {source.to('none')}: connection failed: ")
    assert list(tmp_path.iterdir()) == []
