-- A product with whether a lowering waits for the gate. A statement of its own, after the lock: one that waited would not
-- see the lowering that it waited for.
-- IN  1 sale id  2 product id
-- OUT product_id, total, held, sold, total_version, pending; no row where there is no such product
select product_id, total, held, sold, total_version,
  exists (select 1 from stock_changes where stock_changes.sale_id = products.sale_id
    and stock_changes.product_id = products.product_id) as pending
from products where sale_id = $1::text and product_id = $2::text;
