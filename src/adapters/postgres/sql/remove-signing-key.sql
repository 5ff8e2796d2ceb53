-- Removes one key.
-- IN  1 key id
-- OUT key_id
delete from signing_keys where key_id = $1::text returning key_id;
