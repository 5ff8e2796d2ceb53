-- Removes keys whose successor has signed for so long that no token of theirs is good any more.
-- IN  1 milliseconds that a token lives at most
-- OUT key_id
delete from signing_keys older
where exists (
  select from signing_keys newer
  where newer.made_at > older.made_at and newer.made_at <= clock_timestamp() - $1::double precision * interval '1 millisecond'
)
returning key_id;
