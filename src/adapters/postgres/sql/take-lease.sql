-- Takes or renews a lease. A new holder gets the next token.
-- IN  1 name  2 holder  3 time to live (ms)
-- OUT token; no row while another holder's has not run out
insert into leases (name, holder, token, expires_at)
values ($1::text, $2::text, 1, clock_timestamp() + $3::float8 * interval '1 millisecond')
on conflict (name) do update set
  holder = excluded.holder,
  token = leases.token + case when leases.holder = excluded.holder then 0 else 1 end,
  expires_at = clock_timestamp() + $3::float8 * interval '1 millisecond'
where leases.holder = excluded.holder or leases.expires_at <= clock_timestamp()
returning token;
