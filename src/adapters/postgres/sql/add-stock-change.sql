-- Writes a lowering that the gate has to decide.
-- IN  1 sale id  2 product id  3 total  4 version of the total  5 actor
-- OUT none
insert into stock_changes (sale_id, product_id, total, total_version, actor)
values ($1::text, $2::text, $3::integer, $4::integer, $5::text);
