-- Orders of every sale by state.
-- IN  none
-- OUT sale_id, by_state {state: how many}, null where it has none
select sales.sale_id, (
  select json_object_agg(counted.state, counted.orders) from (
    select state, count(*) as orders from orders where orders.sale_id = sales.sale_id group by state
  ) counted) as by_state
from sales order by sales.created_at, sales.sale_id;
