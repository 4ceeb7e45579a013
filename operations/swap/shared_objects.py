"""What a database has outside itself, in the server's shared catalogue: its own properties, and roles without passwords.

Shaped as in relations.py. Roles that PostgreSQL made (oid below 16384) or a cloud (by the names that theirs begin with: unverified)
are not a municipality's and are left out.
"""

from collections.abc import Mapping

__all__ = ["SHARED"]

# The locale's columns have other names before 15 and from 17 on.
DATABASE = """
SELECT 0::oid, 0::oid, 'database', jsonb_build_object(
  'encoding', pg_encoding_to_char(encoding), 'collate', datcollate, 'ctype', datctype,
  'provider', coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'),
  'locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'), 'rules', to_jsonb(d) ->> 'daticurules',
  'connection_limit', datconnlimit, 'owner', pg_get_userbyid(datdba), 'template', datistemplate,
  'acl', ARRAY(SELECT a::text FROM unnest(coalesce(datacl, acldefault('d', datdba))) a ORDER BY 1),
  'settings', ARRAY(SELECT s FROM pg_db_role_setting r, unnest(setconfig) s WHERE setdatabase = d.oid AND setrole = 0 ORDER BY 1),
  'comment', shobj_description(d.oid, 'pg_database'))
FROM pg_database d WHERE datname = current_database()
"""

ROLE_IN_DATABASE = """
SELECT 0::oid, 0::oid, quote_ident(rolname), jsonb_build_object('settings', ARRAY(SELECT s FROM unnest(setconfig) s ORDER BY 1))
FROM pg_db_role_setting JOIN pg_roles r ON r.oid = setrole
WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

ROLE = """
SELECT 0::oid, 0::oid, quote_ident(rolname), jsonb_build_object(
  'superuser', rolsuper, 'inherit', rolinherit, 'create_role', rolcreaterole, 'create_database', rolcreatedb, 'login', rolcanlogin,
  'replication', rolreplication, 'bypass_row_security', rolbypassrls, 'connection_limit', rolconnlimit,
  'valid_until', rolvaliduntil::text, 'comment', shobj_description(r.oid, 'pg_authid'),
  'settings', ARRAY(SELECT s FROM pg_db_role_setting, unnest(setconfig) s WHERE setdatabase = 0 AND setrole = r.oid ORDER BY 1))
FROM pg_roles r WHERE r.oid >= 16384 AND rolname !~ '^(rds|aws_|azure|cloudsql|oci_|replication$)'
"""

# Before 16 a member inherits as its role says. The connected role's own memberships come of what it made.
MEMBERSHIP = """
SELECT 0::oid, 0::oid, quote_ident(g.rolname) || ' TO ' || quote_ident(m.rolname), jsonb_build_object(
  'group', quote_ident(g.rolname), 'member', quote_ident(m.rolname),
  'admin', bool_or(admin_option),
  'inherit', bool_or(coalesce((to_jsonb(a) ->> 'inherit_option')::boolean, m.rolinherit)),
  'set', bool_or(coalesce((to_jsonb(a) ->> 'set_option')::boolean, true)))
FROM pg_auth_members a JOIN pg_roles g ON g.oid = roleid JOIN pg_roles m ON m.oid = member
WHERE m.oid >= 16384 AND m.rolname <> current_user AND m.rolname !~ '^(rds|aws_|azure|cloudsql|oci_|replication$)'
AND g.rolname !~ '^(rds|aws_|azure|cloudsql|oci_|replication$)'
GROUP BY g.rolname, m.rolname
"""

# As a session of this connection meets them: what the server, the database and the role set.
SERVER_SETTING = """
SELECT 0::oid, 0::oid, name, jsonb_build_object('value', reset_val) FROM pg_settings
WHERE name IN ('TimeZone', 'DateStyle', 'IntervalStyle', 'default_text_search_config', 'default_transaction_isolation', 'lc_monetary',
  'lc_numeric', 'lc_time', 'standard_conforming_strings', 'array_nulls', 'xmloption', 'backslash_quote')
"""

SHARED: Mapping[str, str] = {
    "database": DATABASE,
    "role-in-database": ROLE_IN_DATABASE,
    "role": ROLE,
    "membership": MEMBERSHIP,
    "server-setting": SERVER_SETTING,
}
"""Kind → query."""
