-- Units that the buyers of a sale hold, for the bare limit of a rebuild.
-- IN  1 sale id
-- OUT user_id, product_id, units
select orders.user_id, order_lines.product_id, sum(order_lines.quantity)::text as units
from orders join order_lines on order_lines.order_id = orders.order_id
where orders.sale_id = $1::text and orders.state in ('accepted', 'confirmed')
group by 1, 2;
