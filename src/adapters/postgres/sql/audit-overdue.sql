-- Accepted orders that should have ended some time ago, oldest first.
-- IN  1 grace (ms)  2 limit
-- OUT order_id, expires_ms
select order_id, (extract(epoch from expires_at) * 1000)::float8 as expires_ms from orders
where state = 'accepted' and expires_at <= clock_timestamp() - $1::float8 * interval '1 millisecond'
order by expires_at limit $2::integer;
