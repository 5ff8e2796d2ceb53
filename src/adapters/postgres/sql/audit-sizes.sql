-- Over how much the audits went: orders, buyers of a product with units, keys, dead letters.
-- IN  none
-- OUT one row: orders, buyers, keys, dead_letters
select
  (select count(*) from orders)::float8 as orders,
  (select count(*) from (
    select 1 from order_lines join orders on orders.order_id = order_lines.order_id
    where orders.state in ('accepted', 'confirmed')
    group by orders.sale_id, orders.user_id, order_lines.product_id) bought)::float8 as buyers,
  (select count(*) from (select 1 from orders group by sale_id, user_id, idempotency_key) keys)::float8 as keys,
  (select count(*) from dead_letters)::float8 as dead_letters;
