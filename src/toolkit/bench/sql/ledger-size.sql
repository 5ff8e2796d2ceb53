-- What PostgreSQL needs on disk for orders and their lines, indexes included.
-- IN  none
-- OUT bytes
select (pg_total_relation_size('orders') + pg_total_relation_size('order_lines'))::float8 as bytes;
