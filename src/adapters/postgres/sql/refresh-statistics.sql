-- Tells the planner what is in the tables of orders now. Somebody who holds them (a vacuum) is not waited for.
-- IN  none
-- OUT none
analyze (skip_locked) orders, order_lines;
