-- Passes that orders of a sale have spent, for a cursor.
-- IN  1 sale id
-- OUT pass_id, order_id
select pass_id, order_id from orders where sale_id = $1::text and pass_id is not null;
