-- Appends records to one partition. The row lock of the partition is held from here to the commit, so offsets become
-- visible in their order and without gaps.
-- IN   $1 int     partition
-- IN   $2 int     how many records
-- IN   $3 uuid[]  their order ids
-- IN   $4 bytea   the records, one behind the other (an array of bytea would travel as hex text)
-- IN   $5 int[]   where each begins, from 1
-- IN   $6 int[]   how many bytes it has
-- OUT  nothing; the row count is $2, or 0 where the partition has no row
with given as (
  update order_log_partitions
  set next_offset = next_offset + $2::int
  where partition = $1::int
  returning next_offset - $2::int as first_offset
)
insert into order_log (partition, log_offset, kind, order_id, record)
select $1::int, given.first_offset + r.nth - 1, 0, r.order_id, substring($4::bytea from r.start for r.size)
from given, unnest($3::uuid[], $5::int[], $6::int[]) with ordinality as r (order_id, start, size, nth);
