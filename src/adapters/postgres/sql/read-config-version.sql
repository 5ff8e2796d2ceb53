-- The version of a sale's configuration.
-- IN  1 sale id
-- OUT version; no row where there is no such sale
select version from sales where sale_id = $1::text;
