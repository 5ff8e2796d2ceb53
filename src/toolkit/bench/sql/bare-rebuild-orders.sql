-- Every order of a sale as Redis keeps it, for the bare limit of a rebuild.
-- IN  1 sale id
-- OUT id, hash (16 bytes each)
select uuid_send(order_id) as id, uuid_send(request_hash) as hash from orders where sale_id = $1::text;
