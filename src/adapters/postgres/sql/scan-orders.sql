-- All orders of a sale, oldest first, for a cursor. Lines and events are looked up a page at a time.
-- IN  1 sale id, or null for all sales
-- OUT the columns of OrderRow (order-row.ts) but lines and events
select orders.order_id, orders.sale_id, orders.user_id, orders.idempotency_key, orders.state, orders.epoch, orders.currency,
  orders.confirmed_on_record, (extract(epoch from orders.accepted_at) * 1000)::float8 as accepted_ms,
  (extract(epoch from orders.recorded_at) * 1000)::float8 as recorded_ms, (extract(epoch from orders.expires_at) * 1000)::float8 as expires_ms
from orders where $1::text is null or sale_id = $1::text
order by accepted_at, order_id;
