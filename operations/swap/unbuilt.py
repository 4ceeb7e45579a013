"""What comes after the rows of a restore, taken away again: indexes, keys, triggers, so that rows can be put anew."""

from operations.swap.connection import Reader

__all__ = ["unbuild"]

# What an extension made stays, and so does what is by inheritance: it goes with its parent. Foreign keys go before the keys that they need.
BUILT = """
WITH ours AS (
  SELECT c.oid, relkind, relispartition FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')),
keys AS (
  SELECT conrelid, conname, contype, conindid, convalidated FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE conparentid = 0 AND coninhcount = 0)
SELECT 0, format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger t
WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_event_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL SELECT 1, format('DROP PUBLICATION %I', pubname) FROM pg_publication
UNION ALL SELECT 2, format('DROP POLICY %I ON %s', polname, polrelid::regclass) FROM pg_policy JOIN ours ON ours.oid = polrelid
UNION ALL SELECT 3, format('DROP RULE %I ON %s', rulename, ev_class::regclass) FROM pg_rewrite JOIN ours ON ours.oid = ev_class
WHERE rulename <> '_RETURN'
UNION ALL SELECT 4, format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger JOIN ours ON ours.oid = tgrelid
WHERE NOT tgisinternal AND tgparentid = 0
UNION ALL SELECT CASE contype WHEN 'f' THEN 5 ELSE 6 END, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM keys
WHERE contype IN ('f', 'p', 'u', 'x') OR contype = 'c' AND NOT convalidated
UNION ALL SELECT 7, format('ALTER DOMAIN %s DROP CONSTRAINT %I', contypid::regtype, conname) FROM pg_constraint
WHERE contypid <> 0 AND NOT convalidated
UNION ALL SELECT 8, format('DROP INDEX %s', ours.oid::regclass) FROM ours JOIN pg_index ON indexrelid = ours.oid JOIN ours t ON t.oid = indrelid
WHERE NOT ours.relispartition AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
UNION ALL SELECT 9, format('DROP STATISTICS %I.%I', nspname, stxname) FROM pg_statistic_ext JOIN pg_namespace n ON n.oid = stxnamespace
JOIN ours ON ours.oid = stxrelid
ORDER BY 1
"""


def unbuild(copy: Reader) -> None:
    """Take all of it away, or nothing. Raises psycopg.Error where something else is made of it, such as a view of a key."""
    with copy.transaction():
        copy.execute("SELECT set_config('search_path', '', true)")
        for _, statement in copy.execute(BUILT).fetchall():
            copy.execute(statement)
