-- The next entries of several partitions.
-- IN   $1 int[]     partitions
-- IN   $2 bigint[]  the offset to begin with, one a partition
-- IN   $3 int       entries a partition at most
-- OUT  partition int, log_offset bigint, kind smallint, order_id uuid, record bytea  by partition, then offset
select p.partition, e.log_offset, e.kind, e.order_id, e.record
from unnest($1::int[], $2::bigint[]) as p (partition, from_offset)
cross join lateral (
  select l.log_offset, l.kind, l.order_id, l.record
  from order_log l
  where l.partition = p.partition and l.log_offset >= p.from_offset
  order by l.log_offset
  limit $3::int
) e
order by p.partition, e.log_offset;
