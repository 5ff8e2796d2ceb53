-- How far each partition goes and how far a consumer group has got.
-- IN   $1 text  group
-- OUT  partition int, next_offset bigint, committed bigint  by partition
select p.partition, p.next_offset, coalesce(o.next_offset, 0) as committed
from order_log_partitions p
left join order_log_offsets o on o.partition = p.partition and o.group_id = $1::text
order by p.partition;
