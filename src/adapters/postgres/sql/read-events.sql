-- Events of some orders.
-- IN  1 order ids
-- OUT order_id, state, at_ms, reason; an order's events together, in order
select order_id, state, (extract(epoch from at) * 1000)::float8 as at_ms, reason from order_events
where order_id = any ($1::uuid[]) order by order_id, step;
