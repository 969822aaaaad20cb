-- One row per line of a funding return: the flow it reports, and what it counts as for a pool.
select
    f.submission_id,
    f.sheet,
    f.source_row,
    f.financial_year,
    f.partner_id,
    f.agreement_id as subject,
    f.flow as measure,
    f.theme,
    f.payer_id,
    f.payee_id,
    f.payer_in_group,
    f.payee_in_group,
    f.pool_id,
    case
        when pools.is_drawing then 'drawing'
        when pools.host_id is not null then 'contribution'
    end as pool_role,
    pools.host_id,
    pools.funder_id,
    f.partner_id in (f.payer_id, f.payee_id) as is_counted,
    f.amount_pence as reported_pence,
    f.amount_pence
from {{ ref('int_reported_flows') }} as f
left join {{ ref('int_pool_lines') }} as pools
    on
        f.submission_id = pools.submission_id
        and f.sheet is not distinct from pools.sheet
        and f.source_row = pools.source_row
