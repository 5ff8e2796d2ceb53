-- Every product with its counters, and the same counted by the lines of its orders.
-- IN  none
-- OUT sale_id, product_id, total, held, sold, total_version, held_by_lines, sold_by_lines
select products.sale_id, products.product_id, total, products.held, products.sold, total_version,
  coalesce(counted.held, 0)::float8 as held_by_lines, coalesce(counted.sold, 0)::float8 as sold_by_lines
from products left join (
  select orders.sale_id, order_lines.product_id,
    sum(order_lines.quantity) filter (where orders.state = 'accepted') as held,
    sum(order_lines.quantity) filter (where orders.state = 'confirmed') as sold
  from order_lines join orders on orders.order_id = order_lines.order_id
  where orders.state in ('accepted', 'confirmed')
  group by 1, 2
) counted on counted.sale_id = products.sale_id and counted.product_id = products.product_id
order by products.sale_id, products.position;
