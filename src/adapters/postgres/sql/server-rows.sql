-- Every server's row. Its renewal is the transaction that wrote it: seen_at would be the same twice where a clock is set back.
-- IN  none
-- OUT server_id, highest_number, renewal
select server_id, highest_number, xmin::text as renewal
from servers;
