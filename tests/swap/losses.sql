-- A database `furui` with everything that dump and restore lose. Run with psql as a superuser.

CREATE ROLE nushi NOLOGIN;
CREATE ROLE kyuu LOGIN;
CREATE SCHEMA k;
GRANT USAGE, CREATE ON SCHEMA k TO nushi;
SET search_path = k;

CREATE TABLE oya (id int PRIMARY KEY);
CREATE TABLE ko (id int PRIMARY KEY, oya int CONSTRAINT ko_oya REFERENCES oya);
COMMENT ON CONSTRAINT ko_oya ON ko IS '親がいない';
CREATE TABLE futari (a int, b int, UNIQUE (a, b));
CREATE TABLE kumi (a int, b int, CONSTRAINT kumi_futari FOREIGN KEY (a, b) REFERENCES futari (a, b) MATCH FULL);
CREATE TABLE whole_keys (oya int REFERENCES oya, a int, b int, FOREIGN KEY (a, b) REFERENCES futari (a, b));
SET session_replication_role = replica;
INSERT INTO ko VALUES (1, 99), (2, NULL);
INSERT INTO kumi VALUES (1, NULL);
INSERT INTO whole_keys VALUES (NULL, 1, NULL);
RESET session_replication_role;
CREATE TABLE mago (id int, ko int CONSTRAINT mago_ko REFERENCES ko);
ALTER TABLE mago DISABLE TRIGGER ALL;

CREATE TABLE jufuku (n int);
CREATE INDEX jufuku_n ON jufuku (n);
COMMENT ON INDEX jufuku_n IS '無効';
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'jufuku_n'::regclass;

CREATE TABLE mei (n text);
INSERT INTO mei VALUES ('が'), ('ぎ');
CREATE FUNCTION kaeru(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT reverse($1)';
CREATE FUNCTION yomi(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN kaeru($1); END';
CREATE INDEX mei_yomi ON mei (yomi(n));
COMMENT ON INDEX mei_yomi IS '読み';
CREATE INDEX mei_kaeru ON mei (kaeru(n));
CREATE TABLE nobody (n text, CHECK (yomi(n) <> ''));

CREATE TABLE oyahyo (a int, b int);
CREATE TABLE kohyo (c int, b int, a int);
ALTER TABLE kohyo INHERIT oyahyo;
CREATE TABLE kohyo_same (c int) INHERITS (oyahyo);

CREATE MATERIALIZED VIEW furui_kensu AS SELECT count(*) AS n FROM mei;
CREATE MATERIALIZED VIEW atarashii AS SELECT n FROM oyahyo, mei;
CREATE MATERIALIZED VIEW michi AS SELECT yomi(n) AS yomi FROM mei;
CREATE MATERIALIZED VIEW yomenai AS SELECT n FROM jufuku;
ALTER MATERIALIZED VIEW yomenai OWNER TO nushi;
GRANT SELECT ON mei, oyahyo TO nushi;
INSERT INTO mei VALUES ('ぐ');
REFRESH MATERIALIZED VIEW michi;

CREATE TABLE kazu (n text, g text GENERATED ALWAYS AS (kaeru(n)) STORED, CONSTRAINT kazu_michi CHECK (yomi(n) <> 'x'));
INSERT INTO kazu VALUES ('1');
CREATE FUNCTION aru(int) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT EXISTS (SELECT FROM k.oyahyo WHERE a = $1) OR $1 > 0';
CREATE TABLE betsu (n int, CONSTRAINT betsu_aru CHECK (k.aru(n)));
INSERT INTO betsu VALUES (1);
CREATE FUNCTION sei(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE ihan (n int, CONSTRAINT ihan_sei CHECK (k.sei(n)));
INSERT INTO ihan VALUES (-1);
CREATE OR REPLACE FUNCTION sei(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';

CREATE EXTENSION postgres_fdw SCHEMA k;
CREATE SERVER soto FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'soto.example');
CREATE USER MAPPING FOR nushi SERVER soto OPTIONS (user 'u', password 'never-written-down');
CREATE SUBSCRIPTION juryo CONNECTION 'host=127.0.0.1 dbname=x password=never-written-down' PUBLICATION p WITH (connect = false);
SELECT pg_create_logical_replication_slot('yomite', 'pgoutput');
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE hayai LOCATION '';
CREATE TABLE hayai_hyo (n int) TABLESPACE hayai;
BEGIN;
INSERT INTO jufuku VALUES (3);
PREPARE TRANSACTION 'todokanai';
