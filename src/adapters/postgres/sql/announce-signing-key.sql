-- Adds the next key. It signs from a moment to come, so that every server knows it before the first token with it is shown;
-- where there is no key yet, at once.
-- IN  1 secret  2 milliseconds until it signs
-- OUT key_id, signs_from
insert into signing_keys (key_id, secret, made_at)
select
  'k' || coalesce(max(substr(key_id, 2)::integer), 0) + 1,
  $1::text,
  clock_timestamp() + case when count(*) = 0 then 0 else $2::double precision end * interval '1 millisecond'
from signing_keys
returning key_id, made_at as signs_from;
