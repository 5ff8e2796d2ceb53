-- Remembers how far a waiting room has got.
-- IN  1 sale id  2 admitted epoch  3 admitted counter  4 last epoch  5 last counter
-- OUT none
update sales set room_admitted_epoch = $2::integer, room_admitted_counter = $3::bigint, room_last_epoch = $4::integer,
  room_last_counter = $5::bigint
where sale_id = $1::text;
