-- Writes the terms of a sale's products; new ones begin with a total of 0. The arrays run side by side.
-- IN  1 sale id  2 product ids  3 limits (or null)  4 prices (minor units)  5 currencies
-- OUT none
insert into products (sale_id, product_id, limit_per_user, price_minor, currency, position)
select $1::text, product_id, limit_per_user, price_minor, currency, place
from unnest($2::text[], $3::integer[], $4::bigint[], $5::text[]) with ordinality
  as given (product_id, limit_per_user, price_minor, currency, place)
on conflict (sale_id, product_id) do update set limit_per_user = excluded.limit_per_user,
  price_minor = excluded.price_minor, currency = excluded.currency, version = products.version + 1
where (products.limit_per_user, products.price_minor, products.currency)
  is distinct from (excluded.limit_per_user, excluded.price_minor, excluded.currency);
