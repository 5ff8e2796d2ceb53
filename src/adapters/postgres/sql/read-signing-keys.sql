-- Keys for tickets and passes: the one that signs first, then older ones, last one that is only announced.
-- IN  none
-- OUT key_id, secret, signs_from, signs
select key_id, secret, made_at as signs_from, made_at <= clock_timestamp() as signs
from signing_keys
order by signs desc, made_at desc, key_id desc;
