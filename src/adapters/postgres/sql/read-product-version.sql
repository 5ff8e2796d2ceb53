-- The version of a product's row.
-- IN  1 sale id  2 product id
-- OUT version; no row where there is no such product
select version from products where sale_id = $1::text and product_id = $2::text;
