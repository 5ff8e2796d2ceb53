-- What decides a transition of an order. A statement of its own, after the lock: a wait for the lock must not make the
-- clock older than the decision.
-- IN  1 order id
-- OUT sale_id, state, confirmation (of its sale), overdue (by the database's clock, now)
select orders.sale_id, orders.state, sales.confirmation,
  coalesce(orders.expires_at <= clock_timestamp(), false) as overdue
from orders left join sales on sales.sale_id = orders.sale_id where orders.order_id = $1::uuid;
