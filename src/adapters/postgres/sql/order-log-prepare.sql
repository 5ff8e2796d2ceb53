-- Makes the rows of partitions that are not there yet and says how many there are.
-- IN   $1 int  how many partitions the log has
-- OUT  partitions int  rows that were there before this statement
with made as (
  insert into order_log_partitions (partition)
  select generate_series(0, $1::int - 1)
  on conflict do nothing
)
select coalesce(max(partition) + 1, 0)::int as partitions from order_log_partitions;
