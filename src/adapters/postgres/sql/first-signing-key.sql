-- Makes the first key, where there is none; two that do it at once make one.
-- IN  1 secret
-- OUT none
insert into signing_keys (key_id, secret) values ('k1', $1::text) on conflict (key_id) do nothing;
