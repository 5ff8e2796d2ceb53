-- The counters of a sale's products, in the sale's order; of all sales where it is null.
-- IN  1 sale id, or null for all
-- OUT sale_id, product_id, total, held, sold, total_version
select sale_id, product_id, total, held, sold, total_version from products
where $1::text is null or sale_id = $1::text
order by sale_id, position;
