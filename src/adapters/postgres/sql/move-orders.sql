-- Moves locked orders to a state, with their history.
-- IN  1 order ids  2 state  3 reason
-- OUT none
with moved as (
  update orders set state = $2::text where order_id = any ($1::uuid[]) returning order_id
)
insert into order_events (order_id, step, state, reason)
select order_id, 1 + (select coalesce(max(step), 0) from order_events where order_events.order_id = moved.order_id),
  $2::text, $3::text
from moved;
