-- Lines of some orders.
-- IN  1 order ids
-- OUT order_id, product_id, quantity, unit_price_minor; an order's lines together, by product
select order_id, product_id, quantity, unit_price_minor from order_lines
where order_id = any ($1::uuid[]) order by order_id, product_id;
