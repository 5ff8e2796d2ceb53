-- What has to be known before a batch is recorded. Read after the position was locked, so that it sees all earlier batches.
-- IN  1 partition  2 sale ids  3 product ids
-- OUT one row: markers [[sale id, gate id, epoch]], products [[sale id, product id, version]]
select
  (select json_agg(json_build_array(sale_id, gate_id, epoch)) from epoch_markers
    where partition = $1::integer and sale_id = any ($2::text[])) as markers,
  (select json_agg(json_build_array(sale_id, product_id, version)) from products
    where sale_id = any ($2::text[]) and product_id = any ($3::text[])) as products;
