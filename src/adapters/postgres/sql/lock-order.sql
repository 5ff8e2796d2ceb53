-- Locks an order until the end of the transaction.
-- IN  1 order id
-- OUT a row where there is such an order
select 1 from orders where order_id = $1::uuid for update;
