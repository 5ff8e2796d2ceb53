-- Whether a sale has any order.
-- IN  1 sale id
-- OUT one row: found
select exists (select 1 from orders where sale_id = $1::text) as found;
