-- What the gate is still owed, oldest first, with buyer and lines.
-- IN  1 sale id  2 limit
-- OUT order_id, user_id, lines [[product id, quantity]]
select owed.order_id, orders.user_id,
  (select json_agg(json_build_array(product_id, quantity) order by product_id) from order_lines
    where order_lines.order_id = owed.order_id) as lines
from (select order_id, since from pending_releases where sale_id = $1::text order by since limit $2::integer) owed
join orders on orders.order_id = owed.order_id
order by owed.since;
