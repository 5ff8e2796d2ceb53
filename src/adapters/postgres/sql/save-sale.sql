-- Writes the configuration of a locked sale.
-- IN  1 sale id  2 version  3 state  4 opens at (ms or null)  5 closes at (ms or null)  6 confirmation  7 hold seconds
--     8 admission rate (or null)
-- OUT none
update sales set version = $2::integer, state = $3::text, opens_at = to_timestamp($4::float8 / 1000),
  closes_at = to_timestamp($5::float8 / 1000), confirmation = $6::text, hold_seconds = $7::integer,
  admission_rate = $8::float8
where sale_id = $1::text;
