-- Servers that live and have not renewed since a moment.
-- IN  1 the moment (ms since 1970, by the database's clock)  2 ms without a renewal after which a server counts as gone
-- OUT server_id
select server_id
from servers
where seen_at <= to_timestamp($1::float8 / 1000)
  and seen_at > clock_timestamp() - $2::float8 * interval '1 millisecond';
