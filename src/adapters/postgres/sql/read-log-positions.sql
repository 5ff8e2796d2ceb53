-- How far the ledger has recorded each partition.
-- IN  1 group id
-- OUT partition, next_offset
select partition, next_offset from log_positions where group_id = $1::text order by partition;
