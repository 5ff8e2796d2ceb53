-- Which servers may still use an older epoch, and how many there are.
-- IN  1 epoch number  2 lease (ms)
-- OUT one row: behind (ids of those seen within the lease that have not seen the number), known (how many were seen
--     within twice the lease)
select
  coalesce(array_agg(server_id) filter (where highest_number < $1::bigint
    and seen_at > clock_timestamp() - $2::float8 * interval '1 millisecond'), '{}') as behind,
  (count(*) filter (where seen_at > clock_timestamp() - 2 * $2::float8 * interval '1 millisecond'))::integer as known
from servers;
