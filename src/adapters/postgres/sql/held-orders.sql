-- Accepted orders of each sale by age. Each `under` counts all that are younger than its bound; orders_awaiting finds the rows.
-- IN  1 five ages, ascending (s)
-- OUT sale_id, under (five counts, then all of them), overdue, oldest_ms
select
  sale_id,
  array[
    count(*) filter (where age_s < ($1::float8[])[1]),
    count(*) filter (where age_s < ($1::float8[])[2]),
    count(*) filter (where age_s < ($1::float8[])[3]),
    count(*) filter (where age_s < ($1::float8[])[4]),
    count(*) filter (where age_s < ($1::float8[])[5]),
    count(*)
  ]::integer[] as under,
  (count(*) filter (where expires_at <= at))::integer as overdue,
  greatest(0, max(age_s) * 1000)::float8 as oldest_ms
from (
  select sale_id, expires_at, now.at, extract(epoch from now.at - accepted_at)::float8 as age_s
  from orders, (select clock_timestamp() as at) now
  where state = 'accepted'
) held
group by sale_id;
