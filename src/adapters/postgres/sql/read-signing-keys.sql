-- Keys for tickets and passes, newest first.
-- IN  none
-- OUT key_id, secret
select key_id, secret from signing_keys order by made_at desc, key_id desc;
