-- Makes the position of a partition that was never recorded from.
-- IN  1 group id  2 partition
-- OUT none
insert into log_positions (group_id, partition, next_offset) values ($1::text, $2::integer, 0) on conflict do nothing;
