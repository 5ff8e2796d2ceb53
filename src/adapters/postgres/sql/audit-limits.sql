-- Buyers with more units (held and sold) than the present limit of the product.
-- IN  1 limit of rows
-- OUT sale_id, user_id, product_id, units, limit_per_user
select bought.sale_id, bought.user_id, bought.product_id, bought.units::integer as units, products.limit_per_user
from (
  select orders.sale_id, orders.user_id, order_lines.product_id, sum(order_lines.quantity) as units
  from order_lines join orders on orders.order_id = order_lines.order_id
  where orders.state in ('accepted', 'confirmed')
  group by 1, 2, 3
) bought
join products on products.sale_id = bought.sale_id and products.product_id = bought.product_id
where bought.units > products.limit_per_user
limit $1::integer;
