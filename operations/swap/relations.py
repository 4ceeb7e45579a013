"""What PostgreSQL's catalogue says of schemas and of what lies in tables: one query a kind of object.

Every query gives class, oid, the object's name, and its properties as JSON. Names are qualified (the reader's search_path is empty).
What an extension made is left out by the reader. Not read: tablespaces (a managed server has its own), statistics.
"""

from collections.abc import Mapping

__all__ = ["RELATIONS"]

SCHEMA = """
SELECT 'pg_namespace'::regclass::oid, n.oid, quote_ident(nspname), jsonb_build_object(
  'owner', pg_get_userbyid(nspowner),
  'acl', ARRAY(SELECT a::text FROM unnest(coalesce(nspacl, acldefault('n', nspowner))) a ORDER BY 1))
FROM pg_namespace n WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
"""

RELATION = """
SELECT 'pg_class'::regclass::oid, c.oid, (pg_identify_object('pg_class'::regclass, c.oid, 0)).identity, jsonb_build_object(
  'kind', relkind,
  'persistence', relpersistence,
  'owner', pg_get_userbyid(relowner),
  'acl', ARRAY(SELECT a::text FROM unnest(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))) a
               ORDER BY 1),
  'columns', ARRAY(SELECT attname FROM pg_attribute a WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum),
  'options', ARRAY(SELECT o FROM unnest(reloptions) o ORDER BY 1),
  'toast_options', ARRAY(SELECT o FROM pg_class t, unnest(t.reloptions) o WHERE t.oid = c.reltoastrelid ORDER BY 1),
  'replica_identity', relreplident,
  'row_security', relrowsecurity,
  'row_security_forced', relforcerowsecurity,
  'of_type', CASE WHEN reloftype <> 0 THEN reloftype::regtype::text END,
  'partition_key', pg_get_partkeydef(c.oid),
  'partition_bound', pg_get_expr(relpartbound, c.oid),
  'inherits', ARRAY(SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid ORDER BY inhseqno),
  'definition', CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
  'populated', CASE WHEN relkind = 'm' THEN relispopulated END,
  'access_method', (SELECT amname FROM pg_am WHERE pg_am.oid = relam),
  'foreign', (SELECT jsonb_build_object('server', s.srvname, 'options', f.ftoptions)
              FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid))
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
"""

COLUMN = """
SELECT 'pg_class'::regclass::oid, c.oid, (pg_identify_object('pg_class'::regclass, c.oid, attnum)).identity, jsonb_build_object(
  'type', format_type(atttypid, atttypmod),
  'collation', CASE WHEN attcollation <> typcollation THEN attcollation::regcollation::text END,
  'default', pg_get_expr(adbin, adrelid),
  'generated', attgenerated,
  'identity', attidentity,
  'not_null', CASE WHEN attnotnull THEN 'valid' ELSE coalesce((SELECT 'not valid' FROM pg_constraint k
              WHERE k.conrelid = c.oid AND k.contype = 'n' AND k.conkey = ARRAY[attnum] AND NOT k.convalidated), '') END,
  'storage', attstorage,
  'compression', attcompression,
  'statistics', coalesce(attstattarget, -1),
  'local', attislocal,
  'options', ARRAY(SELECT o FROM unnest(attoptions) o ORDER BY 1),
  'foreign_options', ARRAY(SELECT o FROM unnest(attfdwoptions) o ORDER BY 1),
  'acl', ARRAY(SELECT x::text FROM unnest(attacl) x ORDER BY 1))
FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND attnum > 0 AND NOT attisdropped
AND nspname !~ '^pg_' AND nspname <> 'information_schema'
"""

# Not those of NOT NULL, which PostgreSQL keeps here from 18 on: they are a column's. The states are of the key's own triggers.
CONSTRAINT = """
SELECT CASE WHEN conrelid <> 0 THEN 'pg_class'::regclass ELSE 'pg_type'::regclass END::oid, CASE WHEN conrelid <> 0 THEN conrelid ELSE contypid END,
  (pg_identify_object('pg_constraint'::regclass, k.oid, 0)).identity, jsonb_build_object(
  'definition', pg_get_constraintdef(k.oid),
  'validated', convalidated,
  'local', conislocal,
  'triggers', ARRAY(SELECT DISTINCT tgenabled::text FROM pg_trigger WHERE tgconstraint = k.oid AND tgisinternal ORDER BY 1))
FROM pg_constraint k JOIN pg_namespace n ON n.oid = connamespace
WHERE contype IN ('c', 'f', 'p', 'u', 'x') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
"""

INDEX = """
SELECT 'pg_class'::regclass::oid, indrelid, (pg_identify_object('pg_class'::regclass, indexrelid, 0)).identity, jsonb_build_object(
  'definition', pg_get_indexdef(indexrelid),
  'valid', indisvalid,
  'clustered', indisclustered,
  'replica_identity', indisreplident,
  'parent', (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = indexrelid),
  'statistics', ARRAY(SELECT coalesce(attstattarget, -1) FROM pg_attribute WHERE attrelid = indexrelid ORDER BY attnum))
FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
"""

TRIGGER = """
SELECT 'pg_class'::regclass::oid, tgrelid, (pg_identify_object('pg_trigger'::regclass, t.oid, 0)).identity, jsonb_build_object(
  'definition', pg_get_triggerdef(t.oid), 'enabled', tgenabled)
FROM pg_trigger t WHERE NOT tgisinternal
"""

RULE = """
SELECT 'pg_class'::regclass::oid, ev_class, (pg_identify_object('pg_rewrite'::regclass, r.oid, 0)).identity, jsonb_build_object(
  'definition', pg_get_ruledef(r.oid), 'enabled', ev_enabled)
FROM pg_rewrite r JOIN pg_class c ON c.oid = ev_class JOIN pg_namespace n ON n.oid = relnamespace
WHERE rulename <> '_RETURN' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
"""

POLICY = """
SELECT 'pg_class'::regclass::oid, polrelid, (pg_identify_object('pg_policy'::regclass, p.oid, 0)).identity, jsonb_build_object(
  'command', polcmd, 'permissive', polpermissive,
  'roles', ARRAY(SELECT CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r) END FROM unnest(polroles) r ORDER BY 1),
  'using', pg_get_expr(polqual, polrelid), 'check', pg_get_expr(polwithcheck, polrelid))
FROM pg_policy p
"""

SEQUENCE = """
SELECT 'pg_class'::regclass::oid, seqrelid, seqrelid::regclass::text, jsonb_build_object(
  'type', seqtypid::regtype::text, 'start', seqstart, 'increment', seqincrement, 'maximum', seqmax, 'minimum', seqmin,
  'cache', seqcache, 'cycle', seqcycle,
  'owned_by', (SELECT (pg_identify_object(refclassid, refobjid, refobjsubid)).identity FROM pg_depend
               WHERE classid = 'pg_class'::regclass AND objid = seqrelid AND refobjsubid > 0 AND deptype IN ('a', 'i')))
FROM pg_sequence
"""

RELATIONS: Mapping[str, str] = {
    "schema": SCHEMA,
    "relation": RELATION,
    "column": COLUMN,
    "constraint": CONSTRAINT,
    "index": INDEX,
    "trigger": TRIGGER,
    "rule": RULE,
    "policy": POLICY,
    "sequence": SEQUENCE,
}
"""Kind → query."""
