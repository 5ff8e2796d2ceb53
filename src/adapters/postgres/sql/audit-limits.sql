-- Buyers with more units (held and sold) than the present limit of the product. Products without a limit are not looked at.
-- IN  1 limit of rows
-- OUT sale_id, user_id, product_id, units, limit_per_user
select orders.sale_id, orders.user_id, order_lines.product_id, sum(order_lines.quantity)::integer as units,
  products.limit_per_user
from order_lines
join orders on orders.order_id = order_lines.order_id
join products on products.sale_id = orders.sale_id and products.product_id = order_lines.product_id
where orders.state in ('accepted', 'confirmed') and products.limit_per_user is not null
group by orders.sale_id, orders.user_id, order_lines.product_id, products.limit_per_user
having sum(order_lines.quantity) > products.limit_per_user
limit $1::integer;
