-- Counts what both sides of `bench ledger` have written.
-- IN  none
-- OUT orders, lines
select (select count(*) from orders)::integer as orders, (select count(*) from order_lines)::integer as lines;
