-- Takes a lowering out, if it is still the one that was meant.
-- IN  1 sale id  2 product id  3 version of the total
-- OUT total, actor; no row where it was finished before
delete from stock_changes where sale_id = $1::text and product_id = $2::text and total_version = $3::integer
returning total, actor;
