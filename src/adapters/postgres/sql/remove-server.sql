-- A server stops in order.
-- IN  1 server id
-- OUT none
delete from servers where server_id = $1::text;
