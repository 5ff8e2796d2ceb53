-- The schema as text, a line a thing, in an order that does not depend on how it came about.
-- IN  none
-- OUT line
with tables as (
  select c.oid, c.relname, c.relkind, c.reloptions, pg_get_partkeydef(c.oid) as partition_key,
    pg_get_expr(c.relpartbound, c.oid) as bound
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and c.relname not like 'schema\_%'
),
lines as (
  select relname, 1 as part, 0 as place, concat('table ', relname,
    ' partitioned by ' || partition_key, ' ' || bound, ' with (' || array_to_string(reloptions, ', ') || ')') as line
  from tables
  union all
  select t.relname, 2, a.attnum, concat('  ', a.attname, ' ', format_type(a.atttypid, a.atttypmod),
    case when a.attnotnull then ' not null' end,
    case when a.attidentity <> '' then ' identity' end,
    ' default ' || pg_get_expr(d.adbin, d.adrelid))
  from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
  where t.bound is null
  union all
  select t.relname, 3, 0, concat('  constraint ', c.conname, ' ', pg_get_constraintdef(c.oid))
  from tables t join pg_constraint c on c.conrelid = t.oid
  where t.bound is null and c.contype <> 'n' -- not null stands beside its column (a constraint only since PostgreSQL 18)
  union all
  select t.relname, 4, 0, concat('  index ', pg_get_indexdef(i.indexrelid))
  from tables t join pg_index i on i.indrelid = t.oid
  where t.bound is null and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)
)
select line from lines order by relname collate "C", part, place, line collate "C";
