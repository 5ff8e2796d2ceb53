-- Orders of every sale by state.
-- IN  1 accepted at or after, in ms since 1970, or null for all (half a millisecond less: the column has microseconds)
-- OUT sale_id, by_state {state: how many}, null where it has none
select sales.sale_id, (
  select json_object_agg(counted.state, counted.orders) from (
    select state, count(*) as orders from orders
    where orders.sale_id = sales.sale_id
      and ($1::float8 is null or accepted_at >= to_timestamp(($1::float8 - 0.5) / 1000))
    group by state
  ) counted) as by_state
from sales order by sales.created_at, sales.sale_id;
