-- Gives a lease up, while it is still the holder's own. The row stays, so that tokens never repeat.
-- IN  1 name  2 holder  3 token
-- OUT none
update leases set holder = '', expires_at = '-infinity'
where name = $1::text and holder = $2::text and token = $3::bigint;
