-- Commits a group's offsets. They never go back: a reader that lost its partitions may commit late.
-- IN   $1 text      group
-- IN   $2 int[]     partitions, ascending
-- IN   $3 bigint[]  next offsets
-- OUT  nothing
insert into order_log_offsets (group_id, partition, next_offset)
select $1::text, o.partition, o.next_offset from unnest($2::int[], $3::bigint[]) as o (partition, next_offset)
on conflict (group_id, partition) do update
set next_offset = greatest(order_log_offsets.next_offset, excluded.next_offset);
