"""What PostgreSQL's catalogue says of functions, types and all that is no relation: one query a kind, shaped as in relations.py.

Options of user mappings and connections of subscriptions can hold passwords: only the options' names are read.
"""

from collections.abc import Mapping

__all__ = ["OBJECTS"]

FUNCTION = """
SELECT 'pg_proc'::regclass::oid, p.oid, (pg_identify_object('pg_proc'::regclass, p.oid, 0)).identity, jsonb_build_object(
  'definition', CASE WHEN prokind <> 'a' THEN pg_get_functiondef(p.oid) END,
  'aggregate', (SELECT to_jsonb(a) - '{aggfnoid,aggtranstype,aggmtranstype,aggsortop}'::text[]
                || jsonb_build_object('state', aggtranstype::regtype::text) FROM pg_aggregate a WHERE aggfnoid = p.oid),
  'owner', pg_get_userbyid(proowner),
  'acl', ARRAY(SELECT a::text FROM unnest(coalesce(proacl, acldefault('f', proowner))) a ORDER BY 1))
FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
"""

# Not the types that a table, an array or a range brings with it.
TYPE = """
SELECT 'pg_type'::regclass::oid, t.oid, (pg_identify_object('pg_type'::regclass, t.oid, 0)).identity, jsonb_build_object(
  'kind', typtype,
  'labels', ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder),
  'based_on', CASE WHEN typbasetype <> 0 THEN format_type(typbasetype, typtypmod) END,
  'not_null', typnotnull,
  'default', typdefault,
  'collation', CASE WHEN typtype = 'd' AND typcollation <> 0 THEN typcollation::regcollation::text END,
  'range', (SELECT jsonb_build_array(rngsubtype::regtype::text, rngcanonical::text, rngsubdiff::text) FROM pg_range WHERE rngtypid = t.oid),
  'input', CASE WHEN typtype = 'b' THEN jsonb_build_array(typinput::text, typoutput::text, typlen, typalign, typstorage) END,
  'owner', pg_get_userbyid(typowner),
  'acl', ARRAY(SELECT a::text FROM unnest(coalesce(typacl, acldefault('T', typowner))) a ORDER BY 1))
FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace LEFT JOIN pg_class c ON c.oid = typrelid
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND typtype <> 'm' AND coalesce(relkind, 'c') = 'c'
AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
"""

# The locale's column has another name from 17 on.
COLLATION = """
SELECT 'pg_collation'::regclass::oid, c.oid, (pg_identify_object('pg_collation'::regclass, c.oid, 0)).identity, jsonb_build_object(
  'provider', collprovider, 'deterministic', collisdeterministic, 'collate', collcollate, 'ctype', collctype,
  'locale', coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale'), 'rules', to_jsonb(c) ->> 'collicurules',
  'encoding', collencoding, 'owner', pg_get_userbyid(collowner))
FROM pg_collation c JOIN pg_namespace n ON n.oid = collnamespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
"""

CAST = """
SELECT 'pg_cast'::regclass::oid, c.oid, (pg_identify_object('pg_cast'::regclass, c.oid, 0)).identity, jsonb_build_object(
  'function', CASE WHEN castfunc <> 0 THEN castfunc::regprocedure::text END, 'context', castcontext, 'method', castmethod)
FROM pg_cast c WHERE c.oid >= 16384
"""

OPERATOR = """
SELECT 'pg_operator'::regclass::oid, o.oid, (pg_identify_object('pg_operator'::regclass, o.oid, 0)).identity,
  to_jsonb(o) - '{oid,oprnamespace,oprowner,oprleft,oprright,oprresult,oprcom,oprnegate}'::text[] || jsonb_build_object(
  'result', oprresult::regtype::text, 'commutator', oprcom::regoperator::text, 'negator', oprnegate::regoperator::text,
  'owner', pg_get_userbyid(oprowner))
FROM pg_operator o WHERE o.oid >= 16384
"""

OPERATOR_CLASS = """
SELECT 'pg_opclass'::regclass::oid, o.oid, (pg_identify_object('pg_opclass'::regclass, o.oid, 0)).identity, jsonb_build_object(
  'type', opcintype::regtype::text, 'default', opcdefault, 'owner', pg_get_userbyid(opcowner),
  'family', (pg_identify_object('pg_opfamily'::regclass, opcfamily, 0)).identity)
FROM pg_opclass o WHERE o.oid >= 16384
"""

OPERATOR_FAMILY = """
SELECT 'pg_opfamily'::regclass::oid, f.oid, (pg_identify_object('pg_opfamily'::regclass, f.oid, 0)).identity, jsonb_build_object(
  'owner', pg_get_userbyid(opfowner),
  'operators', ARRAY(SELECT amopstrategy || ' ' || amopopr::regoperator FROM pg_amop WHERE amopfamily = f.oid ORDER BY 1),
  'functions', ARRAY(SELECT amprocnum || ' ' || amproc::regprocedure FROM pg_amproc WHERE amprocfamily = f.oid ORDER BY 1))
FROM pg_opfamily f WHERE f.oid >= 16384
"""

CONVERSION = """
SELECT 'pg_conversion'::regclass::oid, c.oid, (pg_identify_object('pg_conversion'::regclass, c.oid, 0)).identity,
  to_jsonb(c) - '{oid,connamespace,conowner}'::text[] || jsonb_build_object('owner', pg_get_userbyid(conowner))
FROM pg_conversion c WHERE c.oid >= 16384
"""

TEXT_SEARCH = """
SELECT 'pg_ts_config'::regclass::oid, c.oid, (pg_identify_object('pg_ts_config'::regclass, c.oid, 0)).identity, jsonb_build_object(
  'owner', pg_get_userbyid(cfgowner), 'parser', (pg_identify_object('pg_ts_parser'::regclass, cfgparser, 0)).identity,
  'map', ARRAY(SELECT maptokentype || ' ' || mapseqno || ' ' || mapdict::regdictionary FROM pg_ts_config_map WHERE mapcfg = c.oid
               ORDER BY maptokentype, mapseqno))
FROM pg_ts_config c WHERE c.oid >= 16384
UNION ALL SELECT 'pg_ts_dict'::regclass::oid, d.oid, (pg_identify_object('pg_ts_dict'::regclass, d.oid, 0)).identity, jsonb_build_object(
  'owner', pg_get_userbyid(dictowner), 'template', (pg_identify_object('pg_ts_template'::regclass, dicttemplate, 0)).identity,
  'options', dictinitoption)
FROM pg_ts_dict d WHERE d.oid >= 16384
"""

LANGUAGE = """
SELECT 'pg_language'::regclass::oid, l.oid, quote_ident(lanname), jsonb_build_object(
  'trusted', lanpltrusted, 'handler', lanplcallfoid::regproc::text,
  'acl', ARRAY(SELECT a::text FROM unnest(coalesce(lanacl, acldefault('l', lanowner))) a ORDER BY 1))
FROM pg_language l WHERE l.oid >= 16384
"""

STATISTICS = """
SELECT 'pg_class'::regclass::oid, stxrelid, (pg_identify_object('pg_statistic_ext'::regclass, s.oid, 0)).identity, jsonb_build_object(
  'definition', pg_get_statisticsobjdef(s.oid), 'owner', pg_get_userbyid(stxowner), 'target', coalesce(stxstattarget, -1))
FROM pg_statistic_ext s
"""

PUBLICATION = """
SELECT 'pg_publication'::regclass::oid, p.oid, quote_ident(p.pubname), to_jsonb(p) - '{oid,pubowner}'::text[] || jsonb_build_object(
  'owner', pg_get_userbyid(pubowner),
  'tables', ARRAY(SELECT to_jsonb(t)::text FROM pg_publication_tables t WHERE t.pubname = p.pubname ORDER BY 1))
FROM pg_publication p
"""

SUBSCRIPTION = """
SELECT 'pg_subscription'::regclass::oid, oid, quote_ident(subname), jsonb_build_object(
  'owner', pg_get_userbyid(subowner), 'enabled', subenabled, 'publications', subpublications)
FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

EVENT_TRIGGER = """
SELECT 'pg_event_trigger'::regclass::oid, oid, quote_ident(evtname), jsonb_build_object('event', evtevent, 'enabled', evtenabled,
  'tags', evttags, 'function', evtfoid::regprocedure::text, 'owner', pg_get_userbyid(evtowner))
FROM pg_event_trigger
"""

FOREIGN_SERVER = """
SELECT 'pg_foreign_server'::regclass::oid, s.oid, quote_ident(srvname), jsonb_build_object('wrapper', fdwname, 'type', srvtype,
  'version', srvversion, 'options', ARRAY(SELECT o FROM unnest(srvoptions) o ORDER BY 1), 'owner', pg_get_userbyid(srvowner),
  'acl', ARRAY(SELECT a::text FROM unnest(coalesce(srvacl, acldefault('S', srvowner))) a ORDER BY 1),
  'mappings', ARRAY(SELECT usename || ' ' || coalesce((SELECT string_agg(split_part(o, '=', 1), ' ' ORDER BY o) FROM unnest(umoptions) o), '')
                    FROM pg_user_mappings u WHERE u.srvid = s.oid ORDER BY 1))
FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = srvfdw
"""

DEFAULT_PRIVILEGE = """
SELECT 'pg_default_acl'::regclass::oid, d.oid, (pg_identify_object('pg_default_acl'::regclass, d.oid, 0)).identity,
  jsonb_build_object('acl', ARRAY(SELECT a::text FROM unnest(defaclacl) a ORDER BY 1))
FROM pg_default_acl d
"""

EXTENSION = """
SELECT 'pg_extension'::regclass::oid, e.oid, quote_ident(extname),
  jsonb_build_object('version', extversion, 'schema', extnamespace::regnamespace::text)
FROM pg_extension e
"""

# Comments on what lies in pg_catalog came with the server; pg_dump leaves out plpgsql's.
COMMENT = """
SELECT classoid, objoid, (i).type || ' ' || (i).identity, jsonb_build_object('text', description)
FROM (SELECT *, pg_identify_object(classoid, objoid, objsubid) AS i FROM pg_description) d
WHERE objoid >= 16384 OR (classoid = 'pg_namespace'::regclass AND (i).identity = 'public')
"""

SECURITY_LABEL = """
SELECT classoid, objoid, objtype || ' ' || objname || ' ' || provider, jsonb_build_object('label', label) FROM pg_seclabels
WHERE objtype NOT IN ('database', 'role', 'tablespace')
"""

PREPARED_TRANSACTION = """
SELECT 0::oid, 0::oid, gid, jsonb_build_object('owner', owner) FROM pg_prepared_xacts WHERE database = current_database()
"""

OBJECTS: Mapping[str, str] = {
    "function": FUNCTION,
    "type": TYPE,
    "collation": COLLATION,
    "cast": CAST,
    "operator": OPERATOR,
    "operator-class": OPERATOR_CLASS,
    "operator-family": OPERATOR_FAMILY,
    "conversion": CONVERSION,
    "text-search": TEXT_SEARCH,
    "language": LANGUAGE,
    "statistics": STATISTICS,
    "publication": PUBLICATION,
    "subscription": SUBSCRIPTION,
    "event-trigger": EVENT_TRIGGER,
    "foreign-server": FOREIGN_SERVER,
    "default-privilege": DEFAULT_PRIVILEGE,
    "extension": EXTENSION,
    "comment": COMMENT,
    "security-label": SECURITY_LABEL,
    "prepared-transaction": PREPARED_TRANSACTION,
}
"""Kind → query."""
