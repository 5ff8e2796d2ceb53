-- Changes a product's counters; the caller has locked the orders that the units belong to.
-- IN  1 sale id  2 product id  3 held to add  4 sold to add
-- OUT none
update products set held = held + $3::integer, sold = sold + $4::integer, version = version + 1
where sale_id = $1::text and product_id = $2::text;
