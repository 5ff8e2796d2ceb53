-- Forgets all orders of a bench's ledger, so that every slice begins with the same tables.
-- IN  none
-- OUT none
truncate orders, order_lines;
