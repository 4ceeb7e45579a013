-- A database of municipal shape with every hard value and object of a move. Run with psql in an empty database `juki` (UTF8).
-- It holds nothing that a copy loses without saying so, except what tests/swap/losses.sql adds.

CREATE ROLE juki_owner NOLOGIN;
CREATE ROLE juki_app LOGIN PASSWORD 'never carried' CONNECTION LIMIT 40;
CREATE ROLE madoguchi NOLOGIN NOINHERIT;
CREATE ROLE "窓口 職員" LOGIN PASSWORD 'never carried' VALID UNTIL '2031-03-31 15:00:00+00' IN ROLE madoguchi;
GRANT madoguchi TO juki_app WITH ADMIN OPTION;
ALTER ROLE madoguchi SET statement_timeout = '30s';
COMMENT ON ROLE madoguchi IS '窓口業務';

ALTER DATABASE juki OWNER TO juki_owner;
ALTER DATABASE juki CONNECTION LIMIT 90;
ALTER DATABASE juki SET "TimeZone" = 'Asia/Tokyo';
ALTER DATABASE juki SET search_path = juki, public;
ALTER DATABASE juki SET work_mem = '8MB';
ALTER ROLE juki_app IN DATABASE juki SET lock_timeout = '5s';
COMMENT ON DATABASE juki IS '住民基本台帳 ''本番'' \ 𠮷';
REVOKE CONNECT, TEMPORARY ON DATABASE juki FROM PUBLIC;
GRANT CONNECT ON DATABASE juki TO juki_app, madoguchi;

CREATE EXTENSION pg_trgm;
CREATE EXTENSION citext SCHEMA public;
CREATE EXTENSION btree_gist;

CREATE SCHEMA juki AUTHORIZATION juki_owner;
CREATE SCHEMA "税" AUTHORIZATION juki_owner;
GRANT USAGE ON SCHEMA juki TO juki_app, madoguchi;
ALTER DEFAULT PRIVILEGES FOR ROLE juki_owner IN SCHEMA juki GRANT SELECT ON TABLES TO madoguchi;
SET search_path = juki, public;
SET ROLE juki_owner;

CREATE COLLATION juki.reading (provider = icu, locale = 'ja', deterministic = true);
CREATE TYPE juki.zokugara AS ENUM ('世帯主', '妻', '夫', '子');
ALTER TYPE juki.zokugara ADD VALUE '縁故者' BEFORE '妻';
CREATE DOMAIN juki.yubin AS text CHECK (VALUE ~ '^[0-9]{3}-[0-9]{4}$');
CREATE TYPE juki.jusho AS (yubin text, machi text);
CREATE TYPE juki.kikan AS RANGE (subtype = date);

CREATE TABLE juki.setai (
  setai_id bigint GENERATED ALWAYS AS IDENTITY (START 1000 INCREMENT 10) PRIMARY KEY,
  yubin juki.yubin,
  jusho juki.jusho NOT NULL,
  CONSTRAINT machi_given CHECK ((jusho).machi <> '') NO INHERIT
);
COMMENT ON TABLE juki.setai IS '世帯';
INSERT INTO setai (yubin, jusho) VALUES ('060-0001', ROW('060-0001', '北一条西')), (NULL, ROW(NULL, '辻󠄀町'));

CREATE TABLE juki.jumin (
  jumin_id bigserial PRIMARY KEY,
  setai_id bigint NOT NULL REFERENCES juki.setai ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  shimei text COLLATE juki.reading NOT NULL,
  kana text,
  zokugara juki.zokugara NOT NULL DEFAULT '世帯主',
  dropped_later int,
  mail citext UNIQUE,
  taizai juki.kikan,
  age_band int GENERATED ALWAYS AS (length(shimei) * 10) STORED
);
ALTER TABLE jumin DROP COLUMN dropped_later;
ALTER TABLE jumin ALTER COLUMN kana SET STATISTICS 500;
COMMENT ON COLUMN jumin.kana IS '半角ｶﾅ のまま';
CREATE INDEX jumin_shimei ON jumin USING gin (shimei gin_trgm_ops);
CREATE INDEX jumin_kana ON jumin ((upper(kana)), jumin_id DESC) INCLUDE (zokugara) WHERE kana IS NOT NULL;
COMMENT ON INDEX jumin_kana IS '読みで探す';
CREATE STATISTICS juki.jumin_pair ON setai_id, zokugara FROM jumin;
INSERT INTO jumin (setai_id, shimei, kana, zokugara, mail, taizai) VALUES
  (1000, '𠮷田', 'ﾖｼﾀﾞ', '世帯主', 'A@example.jp', '[2001-01-01,)'),
  (1000, E'葛\U000E0100飾', 'かつしか', '妻', 'b@EXAMPLE.jp', 'empty'),
  (1000, E'\U00020BB7\U00030000\U000F0000\U0010FFFD', E'か\u3099', '子', NULL, NULL),
  (1010, 'が', E'か\u3099  ', '縁故者', NULL, NULL),
  (1010, '', '', '世帯主', NULL, NULL),
  (1010, E'tab\t"quote" \\N \\ line\nend', NULL, '世帯主', NULL, NULL),
  (1010, '　全角　', 'ﾊﾟﾊﾟ', '世帯主', NULL, NULL);
SELECT setval('jumin_jumin_id_seq', 907, false);

CREATE TABLE juki.atai (
  id int PRIMARY KEY, f8 float8, f4 float4, n numeric, d date, ts timestamp, tz timestamptz, i interval, j json, jb jsonb, b bytea,
  bits bit varying(9), c char(5), a text[], m money, u uuid, net cidr, x xml, t tsvector, flag boolean, r numrange, ti timetz
);
INSERT INTO atai VALUES
  (1, '-0', '-0', 'NaN', 'infinity', 'infinity', 'infinity', '-1 mon +2 days -03:04:05.000006', '{"b" : 1,  "a":1, "a":2}',
   '{"n": 1.10, "big": 123456789012345678901234567890.0123456789}', '\x00ff0a5c', B'101', 'ab', '[0:1]={NULL,"NULL"}', '-1234.56',
   'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '10.0.0.0/8', '<a>é</a>', to_tsvector('simple', '町 雲 町'), NULL, '[1.10,2.0)', '09:00:00+09'),
  (2, 'NaN', '-Infinity', '1.10', '-infinity', '-infinity', '-infinity', '1000000 years', 'null', 'null', '', B'', '', '{}', '0', NULL,
   NULL, NULL, '', true, 'empty', '23:59:59.999999-12'),
  (3, 5e-324, 1.1754944e-38, '-0.000', '0044-03-15 BC', '4713-01-01 00:00:00 BC', '0001-12-31 23:59:59.999999+00 BC', NULL, NULL, '"\ud842\udfb7"',
   NULL, NULL, NULL, '{{1,2},{3,4}}', NULL, NULL, NULL, NULL, NULL, false, NULL, NULL),
  (4, 0.1::float8 + 0.2::float8, 16777217, repeat('9', 200)::numeric, '9999-12-31', '294276-12-31 23:59:59.999999', '2026-11-25 09:00:00+09', '0', '[]',
   '[]', decode(repeat('00', 3000), 'hex'), NULL, '     ', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE juki.rireki (jumin_id bigint NOT NULL, ido date NOT NULL, naiyo text, zokugara juki.zokugara) PARTITION BY RANGE (ido);
CREATE TABLE juki.rireki_r7 PARTITION OF rireki FOR VALUES FROM ('2025-04-01') TO ('2026-04-01') PARTITION BY HASH (zokugara);
CREATE TABLE juki.rireki_r7_0 PARTITION OF rireki_r7 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE juki.rireki_r7_1 PARTITION OF rireki_r7 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE juki.rireki_other PARTITION OF rireki DEFAULT;
CREATE INDEX rireki_jumin ON rireki (jumin_id);
INSERT INTO rireki SELECT n % 7 + 1, date '2025-01-01' + n, repeat('転入', n % 40), (enum_range(NULL::juki.zokugara))[n % 5 + 1]
FROM generate_series(1, 400) n;

CREATE TABLE juki.toast (id int PRIMARY KEY, body text, packed text COMPRESSION lz4);
ALTER TABLE toast ALTER COLUMN body SET STORAGE EXTERNAL;
INSERT INTO toast SELECT n, string_agg(md5(n || ':' || k), '' ORDER BY k), repeat('圧縮', 4000) FROM generate_series(1, 3) n, generate_series(1, 300) k GROUP BY n;
UPDATE toast SET id = id + 10 WHERE id = 2;

CREATE UNLOGGED TABLE juki.kari (n int);
INSERT INTO kari VALUES (1), (1), (2);
CREATE TABLE juki.no_column ();
INSERT INTO no_column DEFAULT VALUES;
INSERT INTO no_column DEFAULT VALUES;
CREATE TABLE juki.yoyaku (room int, at tstzrange, EXCLUDE USING gist (room WITH =, at WITH &&));
INSERT INTO yoyaku VALUES (1, '[2026-11-25 09:00+09, 2026-11-25 10:00+09)');
ALTER TABLE yoyaku REPLICA IDENTITY FULL;
CREATE TABLE juki.furui (n int);
INSERT INTO furui VALUES (-1);
ALTER TABLE furui ADD CONSTRAINT not_checked_yet CHECK (n > 0) NOT VALID;
ALTER TABLE furui SET (fillfactor = 70, autovacuum_enabled = false);

CREATE SEQUENCE juki.uketsuke MINVALUE -5 MAXVALUE 99 INCREMENT -1 START 99 CYCLE;
SELECT nextval('uketsuke'), nextval('uketsuke');
CREATE SEQUENCE juki.unused START 7;

CREATE FUNCTION juki.touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO juki.kiroku VALUES (TG_OP); RETURN NEW; END $$;
CREATE TABLE juki.kiroku (what text);
CREATE TRIGGER jumin_touched AFTER UPDATE ON jumin FOR EACH ROW EXECUTE FUNCTION touched();
CREATE TRIGGER jumin_always AFTER DELETE ON jumin FOR EACH ROW EXECUTE FUNCTION touched();
CREATE TRIGGER setai_off BEFORE INSERT ON setai FOR EACH ROW EXECUTE FUNCTION touched();
ALTER TABLE jumin ENABLE ALWAYS TRIGGER jumin_always;
ALTER TABLE setai DISABLE TRIGGER setai_off;
CREATE RULE kiroku_kept AS ON DELETE TO kiroku DO INSTEAD NOTHING;
CREATE AGGREGATE juki.ketsugo(text) (SFUNC = textcat, STYPE = text, INITCOND = '');
CREATE FUNCTION juki.secret_of(bigint) RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = juki AS 'SELECT kana FROM jumin WHERE jumin_id = $1';
REVOKE ALL ON FUNCTION juki.secret_of(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION juki.secret_of(bigint) TO juki_app;
CREATE FUNCTION juki.onaji(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR juki.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = juki.onaji, COMMUTATOR = OPERATOR(juki.===));
CREATE TEXT SEARCH CONFIGURATION juki.machi (COPY = pg_catalog.simple);

CREATE VIEW juki.setai_view WITH (security_barrier) AS SELECT s.setai_id, count(*) AS ninzu FROM setai s JOIN jumin USING (setai_id) GROUP BY 1;
GRANT SELECT (setai_id) ON setai_view TO "窓口 職員";
CREATE MATERIALIZED VIEW juki.shukei AS SELECT zokugara, count(*) AS kensu FROM rireki GROUP BY 1;
CREATE UNIQUE INDEX shukei_key ON shukei (zokugara);
CREATE MATERIALIZED VIEW juki.karappo AS SELECT 1 AS one WITH NO DATA;
GRANT SELECT, UPDATE ON jumin TO juki_app WITH GRANT OPTION;
GRANT SELECT (shimei, kana), UPDATE (kana) ON jumin TO "窓口 職員";
ALTER TABLE jumin ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_counter ON jumin AS RESTRICTIVE FOR SELECT TO madoguchi, juki_app USING (setai_id > 0);
RESET ROLE;

CREATE PUBLICATION juki_out FOR TABLE juki.setai, juki.rireki WITH (publish = 'insert');
CREATE CAST (juki.jusho AS text) WITH INOUT AS ASSIGNMENT;
SELECT lo_from_bytea(900001, convert_to('戸籍の附票 𠮷', 'UTF8')), lo_from_bytea(900002, ''), lo_from_bytea(900003, decode(repeat('e799bd', 9000), 'hex'));
COMMENT ON LARGE OBJECT 900001 IS '附票';
ALTER LARGE OBJECT 900001 OWNER TO juki_owner;
GRANT SELECT ON LARGE OBJECT 900002 TO juki_app;
ANALYZE;
