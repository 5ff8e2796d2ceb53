-- Writes a marker to every partition, in one transaction; locks them in ascending order.
-- IN   $1 bytea  the marker
-- OUT  nothing; the row count is the number of partitions
with locked as materialized (
  select partition, next_offset from order_log_partitions order by partition for update
),
moved as (
  update order_log_partitions p
  set next_offset = l.next_offset + 1
  from locked l
  where p.partition = l.partition
)
insert into order_log (partition, log_offset, kind, order_id, record)
select partition, next_offset, 1, null, $1::bytea from locked;
