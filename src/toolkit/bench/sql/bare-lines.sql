-- Writes the lines of bare-orders.sql.
-- IN  1 order ids  2 product ids  3 quantities  4 unit prices (minor units)
-- OUT none
insert into order_lines (order_id, product_id, quantity, unit_price_minor)
select * from unnest($1::uuid[], $2::text[], $3::integer[], $4::bigint[]);
