-- Locks a product until the end of the transaction.
-- IN  1 sale id  2 product id
-- OUT a row where there is such a product
select 1 from products where sale_id = $1::text and product_id = $2::text for update;
