-- Releases that the gate has not acknowledged for some time, oldest first.
-- IN  1 grace (ms)  2 limit
-- OUT order_id, since_ms
select order_id, (extract(epoch from since) * 1000)::float8 as since_ms from pending_releases
where since <= clock_timestamp() - $1::float8 * interval '1 millisecond'
order by since limit $2::integer;
