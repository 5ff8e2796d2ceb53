-- Keys with more than one order.
-- IN  1 limit
-- OUT sale_id, user_id, idempotency_key, order_ids
select sale_id, user_id, idempotency_key, array_agg(order_id::text order by order_id) as order_ids
from orders
where (sale_id, user_id, idempotency_key) in (
  select sale_id, user_id, idempotency_key from orders
  group by sale_id, user_id, idempotency_key having count(*) > 1 limit $1::integer)
group by sale_id, user_id, idempotency_key;
