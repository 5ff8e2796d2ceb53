-- Sales with their products, newest epochs and rooms, oldest first.
-- IN  1 sale id, or null for all  2 gate id
-- OUT the columns of SaleRow (sale-row.ts)
select sales.sale_id, sales.version, sales.state, sales.confirmation, sales.hold_seconds, sales.admission_rate,
  sales.order_id_secret, (extract(epoch from sales.opens_at) * 1000)::float8 as opens_ms,
  (extract(epoch from sales.closes_at) * 1000)::float8 as closes_ms,
  sales.room_admitted_epoch, sales.room_admitted_counter, sales.room_last_epoch, sales.room_last_counter,
  (select json_agg(json_build_array(product_id, limit_per_user, price_minor::text, currency) order by position)
    from products where products.sale_id = sales.sale_id) as products,
  (select json_build_array(epoch, number, state, reason) from gate_epochs
    where gate_epochs.sale_id = sales.sale_id and gate_id = $2::text order by epoch desc limit 1) as epoch
from sales where $1::text is null or sales.sale_id = $1::text
order by sales.created_at, sales.sale_id;
