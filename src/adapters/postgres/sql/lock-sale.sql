-- Locks a sale until the end of the transaction: changes of one sale follow each other.
-- IN  1 sale id
-- OUT a row where there is one
select 1 from sales where sale_id = $1::text for update;
