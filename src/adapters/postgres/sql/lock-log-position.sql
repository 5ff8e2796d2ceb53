-- Locks a partition's position until the end of the transaction: transactions of one partition exclude each other.
-- IN  1 group id  2 partition
-- OUT next_offset; no row where the partition is new
select next_offset from log_positions where group_id = $1::text and partition = $2::integer for update;
