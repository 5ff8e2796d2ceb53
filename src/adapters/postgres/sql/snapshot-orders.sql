-- Every order id of a sale with its request hash, for a cursor.
-- IN  1 sale id
-- OUT order_id, request_hash, state
select order_id, request_hash, state from orders where sale_id = $1::text;
