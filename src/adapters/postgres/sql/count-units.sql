-- Adds units to a product's counters if its row is still of the version that was read.
-- IN  1 sale id  2 product id  3 held to add  4 sold to add  5 version
-- OUT none; the row count says whether it was
update products set held = held + $3::integer, sold = sold + $4::integer, version = version + 1
where sale_id = $1::text and product_id = $2::text and version = $5::bigint;
