-- Every order id of a sale with its request hash, for a cursor. The dashes of the hash go here: for a million of them that
-- is quicker than in the program.
-- IN  1 sale id
-- OUT order_id, request_hash (32 hex digits), state
select order_id, replace(request_hash::text, '-', ''), state from orders where sale_id = $1::text;
