-- States of some orders.
-- IN  1 order ids
-- OUT order_id, state; none for ids that are not there
select order_id, state from orders where order_id = any ($1::uuid[]);
