-- Dead letters, oldest first.
-- IN  1 id, or null for all  2 limit
-- OUT id, partition, log_offset, order_id, sale_id, reason, record, stored_ms
select id, partition, log_offset, order_id, sale_id, reason, record, (extract(epoch from stored_at) * 1000)::float8 as stored_ms
from dead_letters where $1::bigint is null or id = $1::bigint order by id limit $2::integer;
