-- Writes the total of a locked product.
-- IN  1 sale id  2 product id  3 total  4 version of the total
-- OUT none
update products set total = $3::integer, total_version = $4::integer, version = version + 1
where sale_id = $1::text and product_id = $2::text;
