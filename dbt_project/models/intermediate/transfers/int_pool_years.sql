-- One row per pool, financial year and funder, with what it contributed, and one without a funder
-- for what the pool spent (see int_pool_lines).
select
    financial_year,
    pool_id,
    host_id,
    case when not is_drawing then funder_id end as funder_id,
    case when is_drawing then 0 else sum(amount_pence) end::bigint as contributed_pence,
    case when is_drawing then sum(amount_pence) else 0 end::bigint as spent_pence
from {{ ref('int_pool_lines') }}
group by financial_year, pool_id, host_id, funder_id, is_drawing
