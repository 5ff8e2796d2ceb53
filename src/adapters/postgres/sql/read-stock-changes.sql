-- Lowerings that are not finished, oldest first.
-- IN  none
-- OUT sale_id, product_id, total, total_version
select sale_id, product_id, total, total_version from stock_changes order by asked_at;
