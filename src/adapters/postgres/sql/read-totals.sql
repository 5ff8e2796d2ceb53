-- The counters of a sale's products, in the sale's order.
-- IN  1 sale id
-- OUT product_id, total, held, sold, total_version
select product_id, total, held, sold, total_version from products where sale_id = $1::text order by position;
