-- Compares holder and token and keeps the row as it is until the end of the transaction: a new holder waits for it. The
-- expiry does not matter: a lease that ran out and that nobody took is still nobody else's.
-- IN  1 name  2 holder  3 token
-- OUT a row while the lease is the holder's own
select 1 from leases where name = $1::text and holder = $2::text and token = $3::bigint for share;
