-- One order with its lines and events.
-- IN  1 order id
-- OUT the columns of OrderRow (order-row.ts)
select orders.order_id, orders.sale_id, orders.user_id, orders.idempotency_key, orders.state, orders.epoch, orders.currency,
  orders.confirmed_on_record, (extract(epoch from orders.accepted_at) * 1000)::float8 as accepted_ms,
  (extract(epoch from orders.recorded_at) * 1000)::float8 as recorded_ms, (extract(epoch from orders.expires_at) * 1000)::float8 as expires_ms,
  (select json_agg(json_build_array(product_id, quantity, unit_price_minor::text) order by product_id) from order_lines
    where order_lines.order_id = orders.order_id) as lines,
  (select json_agg(json_build_array(state, (extract(epoch from at) * 1000)::float8, reason) order by step) from order_events
    where order_events.order_id = orders.order_id) as events
from orders where order_id = $1::uuid;
