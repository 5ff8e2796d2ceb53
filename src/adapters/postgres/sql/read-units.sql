-- Units in the lines of some orders, by product, in the order in which everybody updates products.
-- IN  1 order ids
-- OUT sale_id, product_id, units
select orders.sale_id, order_lines.product_id, sum(order_lines.quantity)::integer as units
from order_lines join orders on orders.order_id = order_lines.order_id
where order_lines.order_id = any ($1::uuid[])
group by 1, 2 order by 1, 2;
