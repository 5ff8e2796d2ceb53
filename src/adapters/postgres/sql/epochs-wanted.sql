-- Sales that need a new epoch: they have none, their newest was taken and never opened, or it was reported.
-- IN  none
-- OUT sale_id, gate_id, reason
select sales.sale_id, coalesce(newest.gate_id, 'main') as gate_id,
  case when newest.epoch is null then 'first' when newest.state = 'taken' then 'unopened' else newest.reported end
    as reason
from sales left join (
  select distinct on (sale_id, gate_id) * from gate_epochs order by sale_id, gate_id, epoch desc
) newest on newest.sale_id = sales.sale_id
where newest.epoch is null or newest.state = 'taken' or newest.reported is not null
order by sales.created_at, sales.sale_id;
